// Inflating what a stranger compressed: never more than asked for, whatever the compressed bytes promise.
// Source: Compression Streams; RFC 1950 ("deflate"), RFC 1952 ("gzip"). Both refuse bytes behind the end.

import { concat } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";

export const inflate = async (compressed, format, limit) => {
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return concat(...parts);
      length += value.length;
      if (length > limit) break;
      parts.push(value);
    }
  } catch {
    throw new MalformedEncoding(format);
  }
  await reader.cancel();
  throw new MalformedEncoding("inflates beyond its size");
};
