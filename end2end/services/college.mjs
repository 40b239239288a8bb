// A sign-in provider of somebody else: `oidc-provider`, the real one, as a college might run it. Whoever writes a name
// on its page is that person. It begins when the portal is known (POST /portal with its address), and changes its
// signing key, all of it at once, when it is told to (POST /rotate).
//
//   CLIENT_SECRET=… PORT=4100 node services/college.mjs
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
// @ts-expect-error it has no types
import Memory from 'oidc-provider/lib/adapters/memory_adapter.js';

/** Its own memory, which every provider of this process shares: of itself, each would begin with an empty one. */
class Remembering extends Memory {}

const setting = (/** @type {string} */ name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const port = Number(setting('PORT'));
const issuer = `http://localhost:${port}`;
const cookies = [randomBytes(32).toString('hex')];

let portal = '';
let generation = 0;
/** @type {ReturnType<Provider['callback']> | undefined} */
let answer;

/** The provider anew, with a key that nobody knows yet; what it remembers of people stays. */
function rotate() {
  generation += 1;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { .../** @type {any} */ (privateKey.export({ format: 'jwk' })), kid: `key-${generation}`, use: 'sig', alg: 'RS256' };
  const provider = new Provider(issuer, {
    adapter: /** @type {any} */ (Remembering),
    jwks: { keys: [key] },
    cookies: { keys: cookies },
    clients: [
      {
        client_id: 'accord',
        client_secret: setting('CLIENT_SECRET'),
        redirect_uris: [`${portal}/auth/callback/college`],
        post_logout_redirect_uris: [`${portal}/en`, `${portal}/fr`],
        backchannel_logout_uri: `${portal}/auth/backchannel-logout/college`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    features: { backchannelLogout: { enabled: true } },
    // It calls no addresses of its own machine otherwise, and there the portal listens.
    fetch: (url, options) => fetch(url, /** @type {RequestInit} */ ({ ...options, dispatcher: undefined })),
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: `${sub} Cormier`, email: `${sub.toLowerCase()}@college.example`, email_verified: true }),
    }),
  });
  provider.on('server_error', (_, error) => console.error(error));
  provider.on('backchannel.error', (_, error) => console.error(error));
  answer = provider.callback();
}

createServer(async (request, response) => {
  if (request.method === 'POST' && request.url === '/portal') {
    for await (const piece of request) portal += piece;
    rotate();
    response.writeHead(204).end();
  } else if (request.method === 'POST' && request.url === '/rotate') {
    rotate();
    response.writeHead(204).end();
  } else if (answer) {
    answer(request, response);
  } else {
    response.writeHead(404).end();
  }
}).listen(port, 'localhost', () => console.log(issuer));
