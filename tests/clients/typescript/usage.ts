// What an app in TypeScript does with `<face-login>`: every attribute, event, property and method, and what has to be refused.
import { FaceLogin, type FaceLoginAttributes, type FaceLoginEvents, type Session, type Step } from 'face-login-element';

const attributes: Required<FaceLoginAttributes> = {
  pool: 'eu-central-1_abcDEF123',
  client: '0123456789abcdefghij',
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:9000',
  language: 'de',
  theme: 'dark',
};

const login: FaceLogin = document.createElement('face-login');
for (const [name, value] of Object.entries(attributes)) login.setAttribute(name, value);
document.body.append(login);

const greet = ({ username, accessToken, idToken }: Session): string => [username, accessToken, idToken].join();
const signedIn = ({ detail }: FaceLoginEvents['signed-in']): void => void (detail && greet(detail));
login.addEventListener('signed-in', signedIn, { once: true });
login.removeEventListener('signed-in', signedIn);
login.addEventListener('failed', ({ detail }) => console.log(detail.step, detail.error));
login.addEventListener('step', ({ detail }) => console.log(detail.step.length));
login.addEventListener('click', event => event.preventDefault());

const step: Step | '' = login.step;
const session: Session | null = login.session;
const classOfIt: typeof FaceLogin | undefined = customElements.get('face-login') as typeof FaceLogin | undefined;
if (step === 'signed-in' && session !== null && classOfIt !== undefined) login.signOut();
document.querySelector('face-login')?.signOut();

// @ts-expect-error: there is no session before somebody is signed in
greet(login.session);
// @ts-expect-error: nobody sets the step
login.step = 'signed-in';
// @ts-expect-error: the refresh token is not handed out
login.addEventListener('signed-in', ({ detail }) => detail?.refreshToken);
// @ts-expect-error: whoever failed has no user name
login.addEventListener('failed', ({ detail }) => detail.username);
// @ts-expect-error: it signs out whoever is signed in
login.signOut('ada@example.com');
// @ts-expect-error: light or dark
export const wrongTheme: FaceLoginAttributes = { pool: 'p', client: 'c', theme: 'blue' };
// @ts-expect-error: not without a client
export const noClient: FaceLoginAttributes = { pool: 'p' };
