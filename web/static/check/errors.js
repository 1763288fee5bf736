// Why bytes are refused. One class for each kind of refusal that a step's reason code tells apart; what is
// thrown besides these is a fault of ours, and is never taken for an answer about a certificate.

export class Refused extends Error {}

// Bytes or text that can be read in no way, or in more than one.
export class MalformedEncoding extends Refused {}
// A signature that its key did not make over these bytes.
export class BadSignature extends Refused {}
// A note that carries no signature of the key asked for.
export class UnknownSigner extends Refused {}
// A signature by a key that the trusted list does not hold, or no longer.
export class UnknownKey extends Refused {}
// A Data Integrity proof that is not the one this register makes.
export class MalformedProof extends Refused {}
// Trust files that are incomplete or contradict themselves; the message names the file.
export class MalformedTrust extends Refused {}

// A credential without what this register's credentials carry, and where.
export class MalformedCredential extends Refused {
  constructor(path) {
    super(path);
    this.path = path;
  }
}

// A PDF or its certificate, with the reason code of the step that failed.
export class RefusedBecause extends Refused {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}
export class MalformedPdf extends RefusedBecause {}
export class UntrustedCertificate extends RefusedBecause {}

// Whether `fault` is one of `kinds`; anything else is thrown on.
export const isOneOf = (fault, ...kinds) => {
  if (kinds.some((kind) => fault instanceof kind)) return true;
  throw fault;
};
