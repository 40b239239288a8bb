// A service's application, as small as one can be: it signs people in at Accord's provider, shows what they may do
// there according to the claim `accord_organizations`, and drops a session as soon as the provider says that it is
// over (OpenID Connect Back-Channel Logout 1.0). Copy it to begin one of your own.
//
//   ISSUER=http://localhost:3000/identity CLIENT_ID=… CLIENT_SECRET=… PORT=4000 node services/funding.mjs
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
/** A session lasts no longer than one at the provider: it could not hear of anything after that. */
const LONGEST = 12 * 3600_000;

/** @typedef {{ id: string, name: Record<'en' | 'fr', string>, profiles: string[] }} Organization */
/** @typedef {{ sub: string, sid: string, name: string, idToken: string, organizations: Organization[], began: number }} Session */
/** @typedef {{ verifier: string, nonce: string, state: string, language: 'en' | 'fr' }} Going */

const WORDS = {
  en: {
    title: 'Funding agreements online',
    in: 'Sign in with Accord',
    out: 'Sign out',
    signedOut: 'You are signed out.',
    hello: 'Signed in as',
    nothing: 'You have no access to this service.',
    other: 'Français',
  },
  fr: {
    title: 'Ententes de financement en ligne',
    in: 'Se connecter avec Accord',
    out: 'Se déconnecter',
    signedOut: 'Vous n’êtes pas en session.',
    hello: 'En session :',
    nothing: 'Vous n’avez pas accès à ce service.',
    other: 'English',
  },
};
/** What each profile of the catalogue means here. @type {Record<string, Record<'en' | 'fr', string>>} */
const MAY = {
  'funding.administrator': { en: 'Administrator: everything', fr: 'Administration : tout' },
  'funding.user': { en: 'User: send requests and reports', fr: 'Utilisation : envoyer des demandes et des rapports' },
  'funding.reader': { en: 'Read only: look at agreements', fr: 'Lecture seule : consulter les ententes' },
};

const setting = (/** @type {string} */ name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const port = Number(setting('PORT'));
const home = `http://localhost:${port}`;
const issuer = new URL(setting('ISSUER'));
const clientId = setting('CLIENT_ID');
const local = issuer.hostname === 'localhost' ? { execute: [oidc.allowInsecureRequests] } : {};

/** @type {Map<string, Session>} */
const sessions = new Map();
/** @type {Map<string, Going>} */
const going = new Map();
/** Tokens that were taken, until they are too old to be taken again. @type {Map<string, number>} */
const taken = new Map();

/** The provider, discovered when it is first needed. @type {Promise<oidc.Configuration> | undefined} */
let known;
const provider = () => {
  known ??= oidc
    .discovery(issuer, clientId, undefined, oidc.ClientSecretBasic(setting('CLIENT_SECRET')), local)
    .catch((error) => {
      known = undefined;
      throw error;
    });
  return known;
};

/** @param {import('node:http').IncomingMessage} request @param {string} name */
const cookie = (request, name) =>
  (request.headers.cookie ?? '')
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';
const kept = (/** @type {string} */ name, /** @type {string} */ value) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`;
const safe = (/** @type {string} */ text) =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** @param {'en' | 'fr'} language @param {Session | undefined} session */
function page(language, session) {
  const say = WORDS[language];
  const other = language === 'en' ? 'fr' : 'en';
  const may = (/** @type {Organization} */ one) =>
    `<h2>${safe(one.name[language])}</h2><ul>${one.profiles.map((key) => `<li>${safe(MAY[key]?.[language] ?? key)}</li>`).join('')}</ul>`;
  const body = session
    ? `<p>${say.hello} <strong>${safe(session.name)}</strong></p>` +
      (session.organizations.length > 0 ? session.organizations.map(may).join('') : `<p>${say.nothing}</p>`) +
      `<form method="post" action="/sign-out"><button>${say.out}</button></form>`
    : `<p>${say.signedOut}</p><form method="post" action="/sign-in?lang=${language}"><button>${say.in}</button></form>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${say.title}</title></head>
<body><main><h1>${say.title}</h1>${body}<p><a href="/?lang=${other}" lang="${other}" hreflang="${other}">${say.other}</a></p></main></body></html>`;
}

/** Begins a sign-in: PKCE, state and nonce, kept under a cookie. @param {'en' | 'fr'} language */
async function begin(language) {
  const [verifier, nonce, state, name] = [oidc.randomPKCECodeVerifier(), oidc.randomNonce(), oidc.randomState(), randomUUID()];
  going.set(name, { verifier, nonce, state, language });
  const to = oidc.buildAuthorizationUrl(await provider(), {
    redirect_uri: `${home}/back`,
    scope: 'openid profile organizations',
    ui_locales: language,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
  });
  return { to: to.href, name };
}

/** Finishes it: the library checks state, nonce, issuer, signature and times. @param {URL} url @param {Going} sign */
async function finish(url, sign) {
  const tokens = await oidc.authorizationCodeGrant(await provider(), url, {
    pkceCodeVerifier: sign.verifier,
    expectedNonce: sign.nonce,
    expectedState: sign.state,
  });
  const claims = tokens.claims();
  if (!claims || !tokens.id_token) throw new Error('no ID token');
  const organizations = /** @type {Organization[]} */ (claims.accord_organizations ?? []);
  const id = randomUUID();
  const [sid, name] = [String(claims.sid), String(claims.name ?? '')];
  sessions.set(id, { sub: claims.sub, sid, name, idToken: tokens.id_token, organizations, began: Date.now() });
  return id;
}

/** Takes a logout token: signature, issuer, audience, age, event, no nonce, never twice. @param {string} token */
async function hear(token) {
  const keys = createRemoteJWKSet(new URL(String((await provider()).serverMetadata().jwks_uri)));
  const { payload } = await jwtVerify(token, keys, {
    issuer: issuer.href,
    audience: clientId,
    typ: 'logout+jwt',
    maxTokenAge: 120,
    requiredClaims: ['jti', 'iat', 'exp', 'events'],
  });
  const events = /** @type {Record<string, unknown>} */ (payload.events);
  if (!(LOGOUT in events) || 'nonce' in payload || (!payload.sid && !payload.sub)) throw new Error('no logout token');
  const now = Date.now();
  for (const [jti, until] of taken) if (until < now) taken.delete(jti);
  if (taken.has(String(payload.jti))) throw new Error('taken before');
  taken.set(String(payload.jti), Number(payload.exp) * 1000);
  for (const [id, session] of sessions)
    if (payload.sid ? session.sid === payload.sid : session.sub === payload.sub) sessions.delete(id);
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  let body = '';
  for await (const piece of request) if ((body += piece).length > 20_000) throw new Error('too long');
  return new URLSearchParams(body);
}

createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', home);
  const wanted = url.searchParams.get('lang') || cookie(request, 'funding-lang') || request.headers['accept-language'] || '';
  const language = wanted.startsWith('fr') ? 'fr' : 'en';
  const leads = (/** @type {string} */ to, /** @type {string[]} */ cookies) =>
    response.writeHead(303, { location: to, 'set-cookie': cookies }).end();
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /': {
        const session = sessions.get(cookie(request, 'funding'));
        const alive = session && Date.now() - session.began < LONGEST ? session : undefined;
        const head = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'set-cookie': kept('funding-lang', language) };
        response.writeHead(200, head).end(page(language, alive));
        break;
      }
      case 'POST /sign-in': {
        const { to, name } = await begin(language);
        leads(to, [kept('going', name)]);
        break;
      }
      case 'GET /back': {
        const name = cookie(request, 'going');
        const sign = going.get(name);
        going.delete(name);
        if (!sign) return leads('/', []);
        leads('/', [kept('funding', await finish(url, sign)), kept('funding-lang', sign.language)]);
        break;
      }
      // Another application, which is a test of the browser suite: its page only has to be there.
      case 'GET /calendar':
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end('Calendar');
        break;
      case 'POST /logout':
        await hear((await bodyOf(request)).get('logout_token') ?? '');
        response.writeHead(204, { 'cache-control': 'no-store' }).end();
        break;
      case 'POST /sign-out': {
        const session = sessions.get(cookie(request, 'funding'));
        sessions.delete(cookie(request, 'funding'));
        const to = session && oidc.buildEndSessionUrl(await provider(), { id_token_hint: session.idToken, post_logout_redirect_uri: `${home}/` });
        leads(to?.href ?? '/', []);
        break;
      }
      default:
        response.writeHead(404).end();
    }
  } catch (error) {
    console.error(error);
    // 400 is what the specification says of a logout token that is not taken.
    response.writeHead(400, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end();
  }
}).listen(port, '127.0.0.1', () => console.log(`${home} trusts ${issuer.href}`));
