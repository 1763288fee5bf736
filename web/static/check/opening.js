// What opens a record's commitment: each field's value with its salt, or only its digest.
// Source: the register's own format `skillcert/record/v1`.

import { concat, equal, fromBase64url, sha256, utf8 } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";
import { hasExactly, isObject } from "./json.js";

const FIELDS = [
  "number", "masked_name", "name", "id_type", "id_number", "employer", "occupation_code", "occupation", "job",
  "level", "issued_on", "institution", "issuer",
];
const RECORD_LABEL = utf8("skillcert/record/v1\0");

// The fields that an opening reveals, once it is shown to open `commitment`.
export const checkOpening = async (value, commitment) => {
  if (!isObject(value) || !hasExactly(value, ["fields", "digests"])) throw new MalformedEncoding("opening");
  const { fields: shown, digests: hidden } = value;
  if (!isObject(shown) || !isObject(hidden)) throw new MalformedEncoding("opening");
  const named = [...Object.keys(shown), ...Object.keys(hidden)];
  if (named.sort().join() !== [...FIELDS].sort().join()) throw new MalformedEncoding("each field once");
  const digests = [];
  const revealed = {};
  for (const name of FIELDS) {
    if (Object.hasOwn(shown, name)) {
      const [text, salt] = valueAndSalt(shown[name]);
      revealed[name] = text;
      digests.push(await sha256(salt, utf8(`${name}\0`), utf8(text)));
    } else {
      digests.push(bytesOf(hidden[name]));
    }
  }
  if (!equal(await sha256(RECORD_LABEL, concat(...digests)), commitment)) throw new MalformedEncoding("commitment");
  return revealed;
};

const valueAndSalt = (pair) => {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string") throw new MalformedEncoding("field");
  return [pair[0], bytesOf(pair[1])];
};

const bytesOf = (text) => {
  if (typeof text !== "string") throw new MalformedEncoding("base64url");
  return fromBase64url(text, 32);
};
