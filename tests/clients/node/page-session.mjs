// An app with AWS Amplify v6 on the origin of the page: finds who signed in there, renews the session and ends it.
// Prints one line of JSON: what it saw. `FACE_LOGIN_STORAGE` is a file with the browser's local storage.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { Amplify } from 'aws-amplify';
import { fetchAuthSession, getCurrentUser, signOut } from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';

const ready = JSON.parse(await readFile(process.env.FACE_LOGIN_READY, 'utf8'));
const kept = new Map(Object.entries(JSON.parse(await readFile(process.env.FACE_LOGIN_STORAGE, 'utf8'))));

Amplify.configure({
  Auth: { Cognito: { userPoolId: ready.userPoolId, userPoolClientId: ready.clientId, userPoolEndpoint: ready.cognito } },
});
cognitoUserPoolsTokenProvider.setKeyValueStorage({
  setItem: async (key, value) => void kept.set(key, value),
  getItem: async (key) => kept.get(key) ?? null,
  removeItem: async (key) => void kept.delete(key),
  clear: async () => kept.clear(),
});

const ending = (suffix) => [...kept].find(([key]) => key.endsWith(suffix))?.[1];
const { username, signInDetails } = await getCurrentUser();
const { tokens } = await fetchAuthSession();
assert.equal(tokens.idToken.toString(), ending('.idToken'), 'the tokens are the page\'s, not new ones');
const renewed = await fetchAuthSession({ forceRefresh: true });
assert.notEqual(renewed.tokens.accessToken.toString(), tokens.accessToken.toString(), 'renewed');
const refresh = ending('.refreshToken');
await signOut();
console.log(JSON.stringify({
  username,
  login: signInDetails?.loginId,
  email: tokens.idToken.payload.email,
  refresh,
  left: Object.fromEntries(kept),
}));
