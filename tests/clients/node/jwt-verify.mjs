// aws-jwt-verify, as a back end uses it: the generic verifier, since the issuer is not one of AWS's own addresses.
// The tokens come from somebody's sign-in, by the file that FACE_LOGIN_TOKENS names.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';

import { claims, ready, refused, step } from './world.mjs';

const tokens = JSON.parse(await readFile(process.env.FACE_LOGIN_TOKENS, 'utf8'));

// Its own fetcher takes https addresses only.
const fetcher = { fetch: async (uri) => (await fetch(uri)).arrayBuffer() };

function verifier(changes = {}) {
  const settings = { issuer: ready.issuer, jwksUri: ready.jwks, audience: ready.clientId, ...changes };
  return JwtVerifier.create(settings, { jwksCache: new SimpleJwksCache({ fetcher }) });
}

/** Access tokens name the client in a claim of Cognito's own, and nobody in `aud`. */
const ofClient = ({ payload }) => {
  assert.equal(payload.token_use, 'access');
  assert.equal(payload.client_id, ready.clientId);
};

const changed = (token, change) => {
  const [header, , signature] = token.split('.');
  const body = Buffer.from(JSON.stringify({ ...claims(token), ...change })).toString('base64url');
  return `${header}.${body}.${signature}`;
};

await step('id-token', async () => {
  const payload = await verifier().verify(tokens.id);
  assert.equal(payload.token_use, 'id');
  assert.equal(payload.email_verified, true);
});

await step('access-token', async () => {
  const settings = { audience: null, scope: 'aws.cognito.signin.user.admin', customJwtCheck: ofClient };
  const payload = await verifier(settings).verify(tokens.access);
  assert.equal(payload.sub, claims(tokens.id).sub);
});

await step('wrong-audience', async () => {
  await refused(verifier({ audience: null, customJwtCheck: ofClient }).verify(tokens.id), 'AssertionError');
  return refused(verifier({ audience: 'another-client' }).verify(tokens.id), 'JwtInvalidAudienceError');
});

await step('wrong-issuer', () =>
  refused(verifier({ issuer: `${ready.issuer}x` }).verify(tokens.id), 'JwtInvalidIssuerError'));

await step('wrong-key', async () => {
  const [, body] = tokens.id.split('.');
  const [header, , signature] = tokens.access.split('.');
  return refused(verifier().verify(`${header}.${body}.${signature}`), 'JwtInvalidSignatureError');
});

await step('tampered', () =>
  refused(verifier().verify(changed(tokens.id, { email: 'mallory@example.com' })), 'JwtInvalidSignatureError'));

await step('unsigned', () => {
  const [header, body, signature] = tokens.id.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url');
  return refused(verifier().verify(`${unsigned}.${body}.${signature}`), 'JwtInvalidSignatureAlgorithmError');
});

await step('expired', async () => {
  const clock = Date.now;
  Date.now = () => claims(tokens.id).exp * 1000 + 1000;
  try {
    return await refused(verifier().verify(tokens.id), 'JwtExpiredError');
  } finally {
    Date.now = clock;
  }
});
