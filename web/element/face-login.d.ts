/** A step of the sign-in, as `data-step` of the full page names it. The list is open. */
export type Step =
  | 'loading' | 'unusable' | 'sign-in' | 'sign-up' | 'code' | 'recover' | 'recover-code' | 'consent' | 'document' | 'selfie' | 'checking'
  | 'locked' | 'session-over' | 'signed-in' | 'replace' | 'update' | 'forget' | 'held' | 'forgotten'
  | (string & {});

/** Access and ID token of whoever is signed in. The refresh token stays in local storage, where AWS Amplify v6 looks for it too. */
export interface Session {
  username: string;
  accessToken: string;
  idToken: string;
}

export interface FaceLoginEvents {
  /** Somebody is signed in: just now, or from before. The detail is null where the browser keeps nothing. */
  'signed-in': CustomEvent<Session | null>;
  /** It can't go on by itself, or not now: `unusable`, `locked`, `session-over`. */
  failed: CustomEvent<{ step: Step; error?: unknown }>;
  /** Another step is shown. */
  step: CustomEvent<{ step: Step }>;
}

/**
 * `<face-login pool client [region] [endpoint] [language] [theme]>`
 *
 * - `pool`, `client`: id of the user pool, and of the app client.
 * - `region`: where the pool is; it begins the pool's id, and is read there if it isn't given.
 * - `endpoint`: another address of Cognito, for the local stack.
 * - `language`: tag of a language that there is a file of words for; otherwise the browser's.
 * - `theme`: `light` or `dark`; otherwise the system's.
 */
export class FaceLogin extends HTMLElement {
  readonly step: Step | '';
  readonly session: Session | null;
  signOut(): void;
  addEventListener<K extends keyof FaceLoginEvents>(type: K, listener: (event: FaceLoginEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'face-login': FaceLogin;
  }
}
