// The objects of a PDF, as far as an attachment needs them: dictionaries, arrays, names, strings, numbers and
// references, found through the classic cross-reference tables that the register's own sheets have.
// Source: ISO 32000-2 sections 7.2, 7.3 and 7.5.

import { latin1 } from "./bytes.js";
import { MalformedPdf } from "./errors.js";

const SPACE = /[\0\t\n\f\r ]*(?:%[^\n\r]*[\0\t\n\f\r ]*)*/y;
const TOKEN = /<<|>>|[[\]]|\/[^\0\t\n\f\r ()<>[\]{}/%]*|<[0-9A-Fa-f\s]*>|[^\0\t\n\f\r ()<>[\]{}/%]+/y;
const REFERENCE = /(\d{1,10}) (\d{1,5}) R(?![A-Za-z])/y;
const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
const MAX_DEPTH = 40;

export class Name {
  constructor(text) {
    this.text = text;
  }
}

class Reference {
  constructor(id) {
    this.id = id;
  }
}

// A dictionary with bytes behind it.
class Stream {
  constructor(dictionary, start) {
    this.dictionary = dictionary;
    this.start = start;
  }
}

const refuse = () => {
  throw new MalformedPdf("attachments");
};

// A document whose objects are looked up by their place in the newest cross-reference table that names them.
export class PdfObjects {
  constructor(pdf) {
    this.pdf = pdf;
    this.text = latin1(pdf);
    this.places = new Map();
    this.root = this.readTables();
  }

  // What a value stands for: itself, or what its reference leads to.
  resolve(value) {
    if (!(value instanceof Reference)) return value;
    const place = this.places.get(value.id) ?? refuse();
    const reader = new Reader(this.text, place);
    if (reader.token() !== String(value.id) || !/^\d+$/.test(reader.token()) || reader.token() !== "obj") refuse();
    const found = reader.value(0);
    if (!(found instanceof Map) || reader.token() !== "stream") return found;
    const end = /\r?\n/y;
    end.lastIndex = reader.at;
    if (!end.test(this.text)) refuse();
    return new Stream(found, end.lastIndex);
  }

  // The member of a dictionary, resolved.
  at(dictionary, name) {
    const holder = this.resolve(dictionary);
    if (!(holder instanceof Map) || !holder.has(name)) refuse();
    return this.resolve(holder.get(name));
  }

  array(value) {
    return Array.isArray(value) ? value : refuse();
  }

  // The bytes of a stream as they lie in the file, and its filters by name.
  stream(value) {
    if (!(value instanceof Stream)) refuse();
    const length = this.at(value.dictionary, "Length");
    if (!Number.isInteger(length) || length < 0 || value.start + length > this.pdf.length) refuse();
    if (value.dictionary.has("DecodeParms")) refuse();
    const filter = this.resolve(value.dictionary.get("Filter") ?? []);
    const filters = (Array.isArray(filter) ? filter : [filter]).map((each) => this.resolve(each)?.text ?? refuse());
    return { data: this.pdf.subarray(value.start, value.start + length), filters };
  }

  // Reads the tables from the newest to the oldest; the newest place of an object counts.
  readTables() {
    const start = this.text.lastIndexOf("startxref");
    let place = Number(new Reader(this.text, start + "startxref".length).token());
    let root = null;
    const seen = new Set();
    while (place !== null) {
      if (!Number.isInteger(place) || seen.has(place)) refuse();
      seen.add(place);
      const trailer = this.readTable(place);
      root ??= trailer.get("Root") ?? refuse();
      place = trailer.get("Prev") ?? null;
    }
    return root;
  }

  readTable(place) {
    const reader = new Reader(this.text, place);
    if (reader.token() !== "xref") refuse();
    for (;;) {
      const token = reader.token();
      if (token === "trailer") break;
      const count = Number(reader.token());
      if (!/^\d+$/.test(token) || !Number.isInteger(count)) refuse();
      for (let id = Number(token); id < Number(token) + count; id += 1) {
        const [offset, , kind] = [reader.token(), reader.token(), reader.token()];
        if (!this.places.has(id)) this.places.set(id, kind === "n" ? Number(offset) : null);
      }
    }
    const trailer = reader.value(0);
    return trailer instanceof Map ? trailer : refuse();
  }
}

// Reads one value after another from a place in the file.
class Reader {
  constructor(text, at) {
    this.text = text;
    this.at = at;
  }

  skip() {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  match(pattern) {
    this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  token() {
    return (this.match(TOKEN) ?? refuse())[0];
  }

  value(depth) {
    if (depth > MAX_DEPTH) refuse();
    const reference = this.match(REFERENCE);
    if (reference !== null) return new Reference(Number(reference[1]));
    if (this.text[this.at] === "(") return this.string();
    const token = this.token();
    if (token === "<<") return this.dictionary(depth);
    if (token === "[") return this.list(depth);
    if (token.startsWith("/")) return nameOf(token);
    if (token.startsWith("<")) return fromHex(token);
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(token)) return Number(token);
    return { true: true, false: false, null: null }[token] ?? (token === "null" ? null : refuse());
  }

  dictionary(depth) {
    const found = new Map();
    for (;;) {
      const token = this.token();
      if (token === ">>") return found;
      if (!token.startsWith("/")) refuse();
      found.set(nameOf(token).text, this.value(depth + 1));
    }
  }

  list(depth) {
    const found = [];
    for (;;) {
      this.skip();
      if (this.text[this.at] === "]") {
        this.at += 1;
        return found;
      }
      found.push(this.value(depth + 1));
    }
  }

  string() {
    let found = "";
    let open = 0;
    for (;;) {
      const character = this.text[this.at] ?? refuse();
      this.at += 1;
      if (character === "(") open += 1;
      if (character === ")") open -= 1;
      if (open === 0) return found.slice(1);
      found += character === "\\" ? this.escape() : character;
    }
  }

  escape() {
    const octal = /[0-7]{1,3}/y;
    octal.lastIndex = this.at;
    const digits = octal.exec(this.text)?.[0];
    const character = this.text[this.at] ?? refuse();
    this.at += digits?.length ?? 1;
    if (digits) return String.fromCharCode(Number.parseInt(digits, 8) & 255);
    return character === "\n" ? "" : (ESCAPES[character] ?? character);
  }
}

const nameOf = (token) =>
  new Name(token.slice(1).replace(/#([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16))));

const fromHex = (token) => {
  const digits = token.replace(/[<>\s]/g, "");
  return digits.padEnd(digits.length + (digits.length % 2), "0").replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
};
