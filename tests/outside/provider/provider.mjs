// An OpenID provider (npm oidc-provider) for tests: invented accounts, its own log-in and consent pages.
//
//   SITE=http://127.0.0.1:1234 ACCOUNTS='{"login": {"name": …}}' IN_TOKEN=1 node provider.mjs
//
// Says its issuer as the first line of its output. A line `rotate` on its input changes its keys, and is
// answered by `rotated`. Ends with its input.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const { SITE, ACCOUNTS, IN_TOKEN } = process.env;
const accounts = JSON.parse(ACCOUNTS);

const key = (kind, options) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }),
  use: "sig",
  kid: randomUUID(),
});

const client = (id, algorithm, extra) => ({
  client_id: id,
  redirect_uris: [`${SITE}/holder/oidc/return`],
  response_types: ["code"],
  grant_types: ["authorization_code"],
  id_token_signed_response_alg: algorithm,
  ...extra,
});

const provider = (issuer) =>
  new Provider(issuer, {
    clients: [
      client("site-rs256", "RS256", { client_secret: "invented secret + % &" }),
      client("site-es256", "ES256", { token_endpoint_auth_method: "none" }),
      client("site-eddsa", "EdDSA", { token_endpoint_auth_method: "none" }),
    ],
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
    jwks: {
      keys: [key("rsa", { modulusLength: 2048 }), key("ec", { namedCurve: "P-256" }), key("ed25519")],
    },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ["sub"], real_name: ["name", "id_number"] },
    conformIdTokenClaims: !IN_TOKEN,
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
    findAccount: (_, id) =>
      id in accounts ? { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) } : undefined,
  }).callback();

const server = createServer((request, response) => handler(request, response));
let handler;
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  handler = provider(issuer);
  console.log(issuer);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", () => {
    handler = provider(issuer);
    console.log("rotated");
  });
  lines.on("close", () => process.exit(0));
});
