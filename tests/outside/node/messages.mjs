// HTTP messages signed and verified by the npm package `http-message-signatures`, behind one line of JSON each
// way. The package knows nothing of content, so its digest is made and checked here with Node's own hashes.

import {createHash, createPrivateKey, createPublicKey} from 'node:crypto';
import {createInterface} from 'node:readline';

let now = 0;
const Clock = globalThis.Date;
globalThis.Date = class extends Clock {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }

  static now() {
    return now;
  }
};

// Loaded after that, so that it asks no other clock.
const {createSigner, createVerifier, httpbis} = await import('http-message-signatures');

function bytes(text) {
  return Buffer.from(text, 'base64');
}

function digest(name, content) {
  return createHash(name.replace('-', '')).update(content).digest('base64');
}

// Whether every digest of a name that Node can hash is of this content. One of them must be there, unless there is
// no content either.
function digested(headers, content) {
  if(!('content-digest' in headers)) {
    return content.length === 0;
  }
  const members = headers['content-digest'].split(',').map(each => each.trim());
  const known = members.filter(each => /^sha-(256|512)=/.test(each));
  return known.length > 0 && known.every(each => {
    const [name] = each.split('=');
    return each === `${name}=:${digest(name, content)}:`;
  });
}

const answers = {
  async sign({message, content, key, keyid, tag, created, covered}) {
    const jwk = {kty: 'OKP', crv: 'Ed25519', ...key};
    const headers = {...message.headers, 'content-digest': `sha-256=:${digest('sha-256', bytes(content))}:`};
    const signed = await httpbis.signMessage({
      key: createSigner(createPrivateKey({key: jwk, format: 'jwk'}), 'ed25519', keyid),
      name: 'others',
      fields: covered,
      params: ['created', 'keyid', 'tag'],
      paramValues: {created: new Date(created * 1000), keyid, tag}
    }, {...message, headers});
    return signed.headers;
  },

  async verify({message, content, key, keyid, tag, required}) {
    const jwk = {kty: 'OKP', crv: 'Ed25519', ...key};
    const verified = await httpbis.verifyMessage({
      keyLookup: ({keyid: named, tag: meant}) => named === keyid && (meant ?? '') === tag ? {
        id: keyid, algs: ['ed25519'],
        verify: createVerifier(createPublicKey({key: jwk, format: 'jwk'}), 'ed25519')
      } : null,
      requiredFields: required,
      requiredParams: ['created', 'keyid']
    }, message);
    return verified === true && digested(message.headers, bytes(content));
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const question = JSON.parse(line);
  now = Clock.parse(question.now);
  let answer;
  try {
    answer = {said: await answers[question.ask](question)};
  } catch(error) {
    answer = {failed: [error.message]};
  }
  process.stdout.write(JSON.stringify({...answer, refused: []}) + '\n');
}
