// What the scripts know: the ready file, the mails, photos on disk; and how they report, one line of JSON per step.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Longest that a mail, a judgement or the indexer may take on a busy machine. */
const PATIENCE_MS = 120_000;

export const ready = JSON.parse(await readFile(process.env.FACE_LOGIN_READY, 'utf8'));
const config = await (await fetch(new URL('config.json', ready.page))).json();

/** Client metadata that says yes to the consent text. */
export const consent = { consent: config.consentVersion };

const client = basename(process.argv[1], '.mjs');

/** Runs one step and reports it; what fails ends the script, since every step builds on those before. */
export async function step(name, run) {
  const report = (ok, detail) => console.log(JSON.stringify({ client, step: name, ok, detail }));
  try {
    report(true, (await run()) ?? '');
  } catch (error) {
    report(false, String(error.stack ?? error));
    process.exit(1);
  }
}

/** The promise must fail with this error, by its name or its class, and these words in its message. */
export async function refused(promise, name, words = '') {
  const error = await promise.then(
    () => assert.fail(`passed where ${name} was expected`),
    (reason) => reason,
  );
  assert.equal(error.name === 'Error' ? error.constructor.name : error.name, name, error.message);
  assert.ok(error.message.includes(words), `"${error.message}" without "${words}"`);
  return `${name}: ${error.message}`;
}

export function invent() {
  const hex = randomBytes(16).toString('hex').split('');
  hex[12] = '3'; // user names look like version 3 UUIDs: the pool admits no others
  hex[16] = '89ab'[randomBytes(1)[0] % 4];
  const username = hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { username, password: inventPassword(), email: inventEmail() };
}

export const inventPassword = () => `aA1!${randomBytes(20).toString('hex')}`;
export const inventEmail = () => `visitor-${randomBytes(6).toString('hex')}@example.com`;

/** Code of the newest mail of this purpose to this address, once there is one. */
export async function code(address, purpose) {
  const url = `${ready.inbox}?to=${encodeURIComponent(address)}`;
  return until(`a mail for ${purpose}`, async () => {
    const mails = await (await fetch(url)).json();
    return mails.find((mail) => mail.purpose === purpose)?.code;
  });
}

/** A code of six digits that is not this one. */
export const wrong = (right) => (right === '000000' ? '000001' : '000000');

async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `no ${what} within ${PATIENCE_MS} ms`);
    await pause(100);
  }
}

const taken = {};

/** The next photo of this kind: `document`, `selfie`, `stranger` or `nobody`. No photo is shown twice. */
export async function photo(kind) {
  taken[kind] = (taken[kind] ?? 0) + 1;
  return readFile(join(process.env.FACE_LOGIN_CLIENT_PHOTOS, `${kind}-${taken[kind]}.jpg`));
}

/** Sends a photo by the form that the round invites to. */
async function upload(round, bytes) {
  assert.ok(round.uploadUrl, `no upload is invited: ${said(round)}`);
  const form = new FormData();
  for (const [name, value] of Object.entries(JSON.parse(round.uploadFields))) form.append(name, value);
  form.append('file', new Blob([bytes], { type: 'image/jpeg' }), 'photo.jpg');
  const reply = await fetch(round.uploadUrl, { method: 'POST', body: form });
  assert.ok(reply.ok, `upload: ${reply.status} ${await reply.text()}`);
}

/** Uploads a photo and answers; waits while it is being indexed, and shows it again after an outage. */
export async function show(answer, round, kind) {
  const bytes = await photo(kind);
  const end = Date.now() + PATIENCE_MS;
  const { challenge } = round;
  await upload(round, bytes);
  let next = await answer(round.challengeId);
  while (next?.challenge === challenge && (next.state === 'PENDING' || next.reason === 'BUSY')) {
    assert.ok(Date.now() < end, `still ${said(next)}`);
    await pause(Number(next.retryAfterMs));
    if (next.state === 'UPLOAD') await upload(next, bytes);
    next = await answer(next.challengeId);
  }
  return next;
}

/** The round must be of this kind and state, with this reason. */
export function expectRound(round, challenge, state, reason = '') {
  assert.ok(round, `signed in where ${challenge} was expected`);
  assert.equal(said(round), `${challenge} ${state} ${reason}`);
  assert.equal(round.protocol, 'face-login/1');
}

const said = (round) => `${round.challenge} ${round.state} ${round.reason}`;

/** Claims of a token, unverified. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

/** One operation without any client library: what somebody does who got hold of a token. */
export async function bare(operation, body) {
  const reply = await fetch(ready.cognito, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(body),
  });
  const answer = await reply.json();
  if (reply.ok) return answer;
  throw Object.assign(new Error(answer.message), { name: answer.__type });
}

/** Neither token may work any more; `name` is what the access token meets. */
export async function ended({ access, refresh }, name = 'NotAuthorizedException') {
  await refused(bare('GetUser', { AccessToken: access }), name);
  const body = { RefreshToken: refresh, ClientId: ready.clientId };
  return refused(bare('GetTokensFromRefreshToken', body), 'NotAuthorizedException');
}
