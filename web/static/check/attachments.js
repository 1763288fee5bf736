// The files attached to a PDF whose signature was checked before.
// Source: ISO 32000-2 sections 7.7.4 (name dictionary), 7.9.6 (name trees) and 7.11.4 (embedded files).

import { isOneOf, MalformedEncoding, MalformedPdf } from "./errors.js";
import { inflate } from "./inflate.js";
import { PdfObjects } from "./pdf_objects.js";

const MAX_ATTACHMENT_BYTES = 1 << 20;

// Name and bytes of each attachment, in the order of the name tree, which has to be flat.
export const attachments = async (pdf) => {
  try {
    const objects = new PdfObjects(pdf);
    const files = objects.at(objects.at(objects.root, "Names"), "EmbeddedFiles");
    const pairs = objects.array(objects.at(files, "Names"));
    const found = new Map();
    for (let at = 0; at < pairs.length; at += 2) {
      const name = objects.resolve(pairs[at]);
      if (typeof name !== "string" || found.has(name)) throw new MalformedPdf("attachments");
      found.set(name, await contentOf(objects, pairs[at + 1]));
    }
    return found;
  } catch (fault) {
    isOneOf(fault, MalformedPdf, MalformedEncoding);
    throw new MalformedPdf("attachments");
  }
};

const contentOf = async (objects, specification) => {
  const { data, filters } = objects.stream(objects.at(objects.at(specification, "EF"), "F"));
  if (filters.length > 1 || filters.some((each) => each !== "FlateDecode")) throw new MalformedPdf("attachments");
  return filters.length === 1 ? inflate(data, "deflate", MAX_ATTACHMENT_BYTES) : data;
};
