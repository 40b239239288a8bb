// One's own account: a second factor, a passkey, another address, sessions (A8, A9).
import { createHmac } from 'node:crypto';
import { demo } from './support/demo.ts';
import { expect, linkIn, test } from './support/test.ts';
import { signsIn } from './support/steps.ts';
import type { Person } from './support/person.ts';

/** What an authenticator app shows for that key, so many steps of thirty seconds from now (RFC 6238). */
function shown(key: string, ahead = 0): string {
  const bits = [...key.replaceAll(' ', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const secret = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const at = hash[hash.length - 1]! & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** From anywhere in the portal to one's account. */
async function comesToTheAccount(one: Person): Promise<void> {
  await one.page.getByRole('banner').locator('details.menu.end summary').click();
  await one.follows(one.say('shell.your_account'), one.page.getByRole('banner'));
  await one.isOn(one.say('own_account.title'));
}

async function signsOut(one: Person): Promise<void> {
  await one.opens(`/${one.say.language}`);
  await one.page.getByRole('banner').locator('details.menu.end summary').click();
  await one.presses(one.say('shell.sign_out'), one.page.getByRole('banner'));
  await expect(one.page.getByRole('main').getByRole('button', { name: one.say('ui.sign_in') })).toBeVisible();
}

test('an authenticator app, then the password alone is not enough; a recovery code helps once @journey', async ({
  person,
  post,
  say,
}) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await comesToTheAccount(amira);
  await amira.findsItAccessibleInEveryLook(); // A9
  await amira.follows(say('own_account.manage_factors'));
  await amira.isOn(say('own_account.factor_title'));
  await amira.findsItAccessible();
  await amira.follows(say('own_account.add_app'));
  await amira.isOn(say('own_account.app_title'));
  await amira.findsItAccessibleInEveryLook();
  const key = await amira.page.locator('.secret-key').innerText();

  // A wrong code: the same picture, what was typed is still there.
  await amira.page.locator('#factor_name').fill('Mon téléphone');
  await amira.page.locator('#code').fill('12');
  await amira.presses(say('own_account.app_button'));
  await amira.sees(say('problems.wrong_app_code'));
  expect(await amira.page.locator('.secret-key').innerText()).toBe(key);
  await expect(amira.page.locator('#factor_name')).toHaveValue('Mon téléphone');
  await amira.page.locator('#code').fill(shown(key));
  await amira.presses(say('own_account.app_button'));

  await amira.isOn(say('own_account.recovery_title'));
  await amira.findsItAccessibleInEveryLook();
  const codes = await amira.page.locator('#codes code').allInnerTexts();
  expect(codes).toHaveLength(10);
  expect((await post.to(demo.reader.email)).text).toContain('Mon téléphone');

  await signsOut(amira);
  await signsIn(amira, demo.reader);
  await amira.isOn(say('own_account.step_title'));
  await amira.findsItAccessibleInEveryLook();
  await amira.page.locator('#code').fill('000000');
  await amira.presses(say('own_account.step_button'));
  await amira.sees(say('problems.wrong_app_code'));
  await amira.page.locator('#code').fill(shown(key, 1));
  await amira.presses(say('own_account.step_button'));
  await amira.isOn(demo.organization);

  // Without the phone: a recovery code, and word of it.
  await signsOut(amira);
  await signsIn(amira, demo.reader);
  await amira.page.locator('#code').fill(codes[0]!);
  await amira.presses(say('own_account.step_button'));
  await amira.isOn(demo.organization);
  await post.to(demo.reader.email);
  await comesToTheAccount(amira);
  await amira.sees(say('own_account.recovery_left', { left: 9 }));
  await amira.follows(say('own_account.activity'));
  await amira.isOn(say('own_account.activity_title'));
  await amira.sees(say('own_account.event.recovery_used'));
  await amira.findsItAccessible();
});

test('a passkey is a whole sign-in; without script the page says what to do instead', async ({
  person,
  post,
  say,
  script,
}) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await comesToTheAccount(amira);
  await amira.follows(say('own_account.manage_factors'));
  if (!script) {
    await amira.presses(say('own_account.add_passkey'));
    await amira.isOn(say('own_account.passkey_title'));
    await amira.sees(say('own_account.passkey_script'));
    await amira.findsItAccessible();
    await amira.follows(say('own_account.passkey_instead'));
    await amira.isOn(say('own_account.app_title'));
    await signsOut(amira);
    await amira.presses(say('ui.sign_in'), amira.page.getByRole('main'));
    await amira.presses(say('accounts.sign_in.passkey'));
    await amira.isOn(say('own_account.with_passkey_title'));
    await amira.sees(say('own_account.with_passkey_script'));
    await amira.findsItAccessible();
    return;
  }
  await amira.presses(say('own_account.add_passkey'));
  await amira.isOn(say('own_account.passkey_title'));
  await amira.findsItAccessibleInEveryLook();
  // From here on no axe: its session at the browser's tools would take the device away when it ends.
  const devices = await amira.context.newCDPSession(amira.page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await amira.page.locator('#factor_name').fill('Portable');
  await amira.presses(say('own_account.passkey_button'));
  await amira.isOn(say('own_account.recovery_title'));
  expect((await post.to(demo.reader.email)).text).toContain('Portable');

  await signsOut(amira);
  await amira.presses(say('ui.sign_in'), amira.page.getByRole('main'));
  await amira.presses(say('accounts.sign_in.passkey'));
  await amira.isOn(say('own_account.with_passkey_title'));
  await amira.presses(say('own_account.with_passkey_button'));
  await amira.isOn(demo.organization);

  // The password alone: the second step offers the passkey.
  await signsOut(amira);
  await signsIn(amira, demo.reader);
  await amira.isOn(say('own_account.step_title'));
  await amira.presses(say('own_account.step_passkey'));
  await amira.presses(say('own_account.with_passkey_button'));
  await amira.isOn(demo.organization);
});

test('another address is confirmed where it is read; another password ends the other sessions', async ({
  accord,
  person,
  post,
  mailbox,
  say,
  language,
}) => {
  const [amira, phone] = [await person('Amira'), await person('Amira on her phone')];
  await signsIn(phone, demo.reader);
  await phone.isOn(demo.organization);
  await signsIn(amira, demo.reader);
  await comesToTheAccount(amira);
  await amira.follows(say('own_account.change_email'));
  await amira.isOn(say('own_account.email_title'));
  await amira.findsItAccessible();
  await amira.page.locator('#email').fill(demo.reader.email);
  await amira.presses(say('own_account.email_button'));
  await amira.sees(say('problems.same_email'));
  const moved = mailbox('amira.nouvelle');
  await amira.page.locator('#email').fill(moved);
  await amira.presses(say('own_account.email_button'));
  await amira.sees(say('own_account.notice.email_asked'));
  expect((await post.to(demo.reader.email)).text).toContain(moved);
  await amira.opens(linkIn(await post.to(moved), `${accord.url}/${language}/identity/new-email/`));
  await amira.isOn(say('own_account.confirm_title'));
  await amira.findsItAccessible();
  await amira.presses(say('own_account.confirm_button'));
  await amira.isOn(say('own_account.confirmed_title'));
  await post.to(demo.reader.email);

  await amira.follows(say('own_account.to_account'));
  await amira.follows(say('own_account.change_password'));
  await amira.isOn(say('own_account.password_title'));
  await amira.findsItAccessible();
  const fields = amira.page.locator('input[autocomplete="new-password"]');
  const another = 'Trois goélands & 2 phares';
  for (const field of await fields.all()) await field.fill(another);
  await amira.page.locator('#current_password').fill('not this one');
  await amira.presses(say('own_account.password_button'));
  await amira.sees(say('problems.wrong_password'));
  for (const field of await fields.all()) await field.fill(another);
  await amira.page.locator('#current_password').fill(demo.reader.password);
  await amira.presses(say('own_account.password_button'));
  await amira.sees(say('own_account.notice.password_changed'));
  await post.to(moved);

  // The phone's session at the provider is over.
  await phone.opens(`/${say.language}/identity/account`);
  await phone.isOn(say('accounts.sign_in.title'));
  await phone.signsInWith(moved, another);
  await phone.isOn(say('own_account.title'));
  await phone.sees(moved);
});

test.describe('where administrators have to have a second factor', () => {
  test.use({ settings: { ACCORD_SECOND_FACTOR: 'administrators' } });

  test('one sets it up before going on, and a reader goes on', async ({ person, post, say, language }) => {
    const amira = await person('Amira');
    await signsIn(amira, demo.reader);
    await amira.isOn(demo.organization);

    const alice = await person('Alice');
    const administrator = demo.administrator(language);
    await signsIn(alice, administrator);
    await alice.isOn(say('own_account.set_up_title'));
    await alice.findsItAccessibleInEveryLook();
    await alice.follows(say('own_account.add_app'));
    const key = await alice.page.locator('.secret-key').innerText();
    await alice.page.locator('#code').fill(shown(key));
    await alice.presses(say('own_account.app_button'));
    await alice.isOn(say('own_account.recovery_title'));
    await alice.presses(say.pattern('own_account.set_up_next'));
    await expect(alice.page.getByRole('banner').locator('details.menu.end')).toBeVisible();
    await post.to(administrator.email);
  });
});

test('a closed account leaves its organizations; whoever is needed there stays @journey', async ({
  person,
  post,
  say,
}) => {
  const primary = demo.administrator('fr');
  const marieEve = await person('Marie-Ève');
  await signsIn(marieEve, primary);
  await comesToTheAccount(marieEve);
  await marieEve.follows(say('own_account.close'));
  await marieEve.isOn(say('own_account.close'));
  await marieEve.sees(say('own_account.close_needed')); // C9
  await expect(marieEve.page.getByRole('button', { name: say('own_account.close_button') })).toHaveCount(0);
  await marieEve.findsItAccessibleInEveryLook();

  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await comesToTheAccount(amira);
  await amira.follows(say('own_account.close'));
  await amira.sees(say('own_account.close_leaves'));
  await amira.sees(demo.organization);
  await amira.findsItAccessibleInEveryLook();
  await amira.presses(say('own_account.close_button'));
  await amira.sees(say('problems.missing_sure'));
  await amira.findsItAccessible();
  await amira.ticks(say('own_account.close_sure'));
  await amira.presses(say('own_account.close_button'));
  await amira.isOn(say('own_account.closed_title'));
  await amira.findsItAccessible();
  expect((await post.to(demo.reader.email)).text).toMatch(/erased|effacé/);
  // Those who administer her organization hear of it.
  const others = ['etienne.boudreau', 'rose-helene.doiron', 'suharti'].map((name) => `${name}@tern-bay.example.org`);
  for (const email of [primary.email, demo.administrator('en').email, ...others]) {
    expect((await post.to(email)).text).toContain('Amira Haddad');
  }
  await signsIn(amira, demo.reader);
  await amira.sees(say('problems.wrong_credentials'));
});

test('signing in again leads back to where one was', async ({ person, say, language }) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await amira.opens(`/${language}/home/sign-in-again?return=/${language}/support`);
  await amira.isOn(say('ways_in.again_title'));
  await amira.findsItAccessibleInEveryLook();
  await amira.presses(say('ways_in.again'));
  await amira.sees(say('ways_in.again_done'));
  expect(new URL(amira.page.url()).pathname).toBe(`/${language}/support`);
});
