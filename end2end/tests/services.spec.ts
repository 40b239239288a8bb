// An online service of its own, told by people: opened from the organization's home, closed when access ends (P8, P9).
import * as oidc from 'openid-client';
import { demo } from './support/demo.ts';
import { Service } from './support/service.ts';
import { comesToTheContacts, searches, signsIn } from './support/steps.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{ service: Service }>({
  service: async ({}, use) => {
    const service = await Service.known();
    await use(service);
    service.stop();
  },
  settings: async ({ service }, use) => use(service.settings),
});

const SAYS = {
  en: {
    title: 'Funding agreements online',
    enter: 'Sign in with Accord',
    may: 'Read only: look at agreements',
    out: 'You are signed out.',
    nothing: 'You have no access to this service.',
    leave: 'Sign out',
  },
  fr: {
    title: 'Ententes de financement en ligne',
    enter: 'Se connecter avec Accord',
    may: 'Lecture seule : consulter les ententes',
    out: 'Vous n’êtes pas en session.',
    nothing: 'Vous n’avez pas accès à ce service.',
    leave: 'Se déconnecter',
  },
};

test('a profile opens its service; deactivated, the service’s next page says signed out @journey', async ({
  accord,
  service,
  person,
  post,
  say,
  language,
}) => {
  await service.start(accord.url);
  const says = SAYS[language];

  // Amira signs in to the portal and opens the service from her organization's home (R10).
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  // She belongs to one organization, and is there at once.
  await amira.follows(says.title, amira.page.getByRole('main'));
  await amira.isOn(says.title);
  await amira.sees(says.out);

  // She is known at the provider already: one button, no password, and the service says what she may do there.
  await amira.presses(says.enter);
  await amira.isOn(says.title);
  await amira.sees(demo.organization);
  await amira.sees(says.may);

  // An administrator deactivates her.
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await searches(alice, demo.reader.email);
  await alice.row('Haddad').locator('a.name').click();
  await alice.page.locator('#active').uncheck();
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say.pattern('ui.contact_deactivated'));

  // The service heard of it, and tells nothing more however often she asks.
  await expect(async () => {
    await amira.reloads();
    await expect(amira.page.getByText(says.out)).toBeVisible({ timeout: 500 });
  }).toPass();
  await amira.presses(says.enter);
  await amira.isOn(says.title);
  await amira.sees(says.nothing);
  await amira.seesNo(says.may);
  await post.to(demo.reader.email);
});

test('signed out of the service, she is signed out of the provider, and comes back to the service', async ({
  accord,
  service,
  person,
  say,
  language,
}) => {
  await service.start(accord.url);
  const says = SAYS[language];
  const amira = await person('Amira');
  await amira.opens(service.url);
  await amira.presses(says.enter);
  await amira.isOn(say('accounts.sign_in.title'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.isOn(says.title);
  await amira.sees(says.may);
  await amira.presses(says.leave);
  await amira.isOn(says.title);
  await amira.sees(says.out);
  await amira.presses(says.enter);
  await amira.isOn(say('accounts.sign_in.title'));
});

test('openid-client exchanges a code once, and believes what it learns', async ({
  accord,
  service,
  person,
  say,
}) => {
  const { id, secret, back } = service.calendar;
  const local = { execute: [oidc.allowInsecureRequests] };
  const provider = await oidc.discovery(new URL(`${accord.url}/identity`), id, undefined, oidc.ClientSecretPost(secret), local);
  const amira = await person('Amira');
  await service.start(accord.url);

  // A10: the code, with PKCE, state and nonce; the library checks the answer, the signature and every claim.
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const asked = {
    redirect_uri: back,
    scope: 'openid profile email offline_access',
    ui_locales: say.language,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  };
  await amira.page.goto(oidc.buildAuthorizationUrl(provider, asked).href);
  await amira.isOn(say('accounts.sign_in.title'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.page.waitForURL((url) => url.href.startsWith(back));
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const tokens = await oidc.authorizationCodeGrant(provider, new URL(amira.page.url()), checks);
  const claims = tokens.claims()!;
  expect(claims.email).toBe(demo.reader.email);
  // The code was good once.
  await expect(oidc.authorizationCodeGrant(provider, new URL(amira.page.url()), checks)).rejects.toThrow();
});

test('openid-client renews its tokens, asks userinfo, and ends the session', async ({ accord, service, person, say }) => {
  const { id, secret, back } = service.calendar;
  const local = { execute: [oidc.allowInsecureRequests] };
  const provider = await oidc.discovery(new URL(`${accord.url}/identity`), id, undefined, oidc.ClientSecretBasic(secret), local);
  const amira = await person('Amira');
  await service.start(accord.url);
  const verifier = oidc.randomPKCECodeVerifier();
  const asked = {
    redirect_uri: back,
    scope: 'openid profile email offline_access',
    ui_locales: say.language,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  await amira.page.goto(oidc.buildAuthorizationUrl(provider, asked).href);
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.page.waitForURL((url) => url.href.startsWith(back));
  const tokens = await oidc.authorizationCodeGrant(provider, new URL(amira.page.url()), { pkceCodeVerifier: verifier });
  const claims = tokens.claims()!;

  // A10: userinfo is of the same person; the refresh token changes at each use, and works once.
  const info = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
  expect(info.email).toBe(demo.reader.email);
  const renewed = await oidc.refreshTokenGrant(provider, tokens.refresh_token!);
  expect(renewed.claims()!.sub).toBe(claims.sub);
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
  const again = await oidc.fetchUserInfo(provider, renewed.access_token, claims.sub);
  expect(again.name).toBe(info.name);

  // A10: the session ends, with it the refresh token, and nobody is known there any more.
  const out = oidc.buildEndSessionUrl(provider, { id_token_hint: renewed.id_token!, post_logout_redirect_uri: back });
  await amira.page.goto(out.href);
  await amira.page.waitForURL((url) => url.href.startsWith(back));
  await expect(oidc.refreshTokenGrant(provider, renewed.refresh_token!)).rejects.toThrow();
  await amira.page.goto(oidc.buildAuthorizationUrl(provider, { ...asked, prompt: 'none' }).href);
  await amira.page.waitForURL((url) => url.href.startsWith(back));
  expect(new URL(amira.page.url()).searchParams.get('error')).toBe('login_required');
});
