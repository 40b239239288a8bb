// Accounts at the embedded provider: created, confirmed, found again; passwords, robots, terms that changed.
import { demo } from './support/demo.ts';
import { codeIn, expect, linkIn, test } from './support/test.ts';
import type { Person } from './support/person.ts';

const PASSWORD = 'Marée-haute-à-Shédiac-7';
const ANOTHER = 'Trois goélands & 2 phares';

/** From the first page to the provider's sign-in page. */
async function comesToSignIn(one: Person): Promise<void> {
  await one.opens(`/${one.say.language}`);
  await one.presses(one.say('ui.sign_in'), one.page.getByRole('main'));
  await one.isOn(one.say('accounts.sign_in.title'));
}

/** From there to the form that asks for an account. */
async function comesToTheForm(one: Person): Promise<void> {
  await comesToSignIn(one);
  await one.follows(one.say('accounts.sign_in.create'));
  await one.follows(one.say('accounts.create.go_on'));
}

async function fillsIn(one: Person, email: string, password: string): Promise<void> {
  await one.page.locator('#last_name').fill('Légère');
  await one.page.locator('#email').fill(email);
  for (const field of ['#password', '#password_again']) await one.page.locator(field).fill(password);
}

test('an account is created freely: every fault is told, a wrong code counts, a new one replaces it @journey', async ({
  person,
  post,
  mailbox,
  say,
}) => {
  const email = mailbox('zoe.legere');
  const zoe = await person('Zoé');
  await comesToSignIn(zoe);
  await zoe.follows(say('accounts.sign_in.create'));
  // What to expect, and the privacy notice, before anything is asked (A1).
  await zoe.isOn(say('accounts.create.title'));
  await zoe.sees(say('accounts.create.privacy_title'));
  await zoe.findsItAccessibleInEveryLook();
  await zoe.follows(say('accounts.create.go_on'));

  await zoe.presses(say('accounts.create.button'));
  await zoe.sees(say('ui.error_title'));
  await zoe.sees(say('problems.consent_needed'));
  await zoe.findsItAccessibleInEveryLook();

  // A password of a past breach, well dressed, is none (A3); what else was typed stays.
  await fillsIn(zoe, email, 'Donaldduck-1987!');
  await zoe.ticks(say('accounts.create.consent'));
  await zoe.presses(say('accounts.create.button'));
  await zoe.sees(say('problems.password_too_common'));
  await expect(zoe.page.locator('#email')).toHaveValue(email);
  await expect(zoe.page.getByRole('checkbox', { name: say('accounts.create.consent') })).toBeChecked();
  await fillsIn(zoe, email, PASSWORD);
  await zoe.presses(say('accounts.create.button'));

  // The code (A5): a wrong one costs a try.
  await zoe.isOn(say('accounts.verify.title'));
  await zoe.sees(say('accounts.verify.code_hint', { left: 5 }));
  const code = codeIn(await post.to(email));
  const code_field = zoe.page.locator('input[autocomplete="one-time-code"]');
  await code_field.fill(code === '000000' ? '000001' : '000000');
  await zoe.presses(say('accounts.verify.button'));
  await zoe.sees(say('accounts.verify.code_hint', { left: 4 }));
  await zoe.findsItAccessibleInEveryLook();
  await code_field.fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await zoe.presses(say('accounts.verify.button'));
  await zoe.isOn(say('accounts.welcome.title'));
  await zoe.findsItAccessibleInEveryLook();
  await zoe.presses(say('accounts.welcome.button', { destination: 'Accord' }));
  await zoe.page.waitForURL(/\/home/);
});

test('the link of the mail confirms on another device, with the password', async ({ accord, person, post, mailbox, say }) => {
  const email = mailbox('zoe.legere');
  const zoe = await person('Zoé');
  await comesToTheForm(zoe);
  await fillsIn(zoe, email, PASSWORD);
  await zoe.ticks(say('accounts.create.consent'));
  await zoe.presses(say('accounts.create.button'));
  await zoe.isOn(say('accounts.verify.title'));
  const link = linkIn(await post.to(email), `${accord.url}/${say.language}/identity/verify/`);
  const phone = await person('Zoé, on her phone');
  phone.watch.allow(401); // She is not signed in at the portal yet: its page says so.
  await phone.opens(link);
  await phone.isOn(say('accounts.link.title'));
  await phone.findsItAccessibleInEveryLook();
  await phone.page.locator('#password').fill(PASSWORD);
  await phone.presses(say('accounts.link.button'));
  await phone.isOn(say('accounts.welcome.title'));
  await phone.follows(say('accounts.welcome.button', { destination: 'Accord' }));
  await phone.page.waitForURL(/\/home/);
});

test('each rule of the password ticks as it is met, and the password can be shown @script', async ({ person, say }) => {
  const zoe = await person('Zoé');
  await comesToTheForm(zoe);
  const rules = zoe.page.locator('.password-rules li');
  const met = zoe.page.locator('.password-rules li.met');
  await expect(rules).toHaveCount(5);
  const password = zoe.page.locator('#password');
  for (const [typed, ticked] of [['a', 0], ['aB', 1], ['aB7', 2], ['aB7-', 3], ['aB7-aB7-aB7-aB', 4]] as const) {
    await password.fill(typed);
    await expect(met).toHaveCount(ticked);
  }
  // Composed otherwise on another keyboard, it is the same.
  await password.fill('Marée-haute-à-Shédiac-7');
  await zoe.page.locator('#password_again').fill('Mare\u0301e-haute-a\u0300-She\u0301diac-7');
  await expect(met).toHaveCount(5);
  await expect(met.first()).toContainText(say('accounts.create.met'));
  // Pasted whole, however long it is.
  await password.fill('Marée haute 7 '.repeat(10));
  expect((await password.inputValue()).length).toBe(140);
  await zoe.presses(say.pattern('ui.show'), zoe.page.locator('.field', { has: password }));
  await expect(password).toHaveAttribute('type', 'text');
});

test('the browser shows by itself that it is no robot, and says so @script', async ({ person, post, mailbox, say }) => {
  const email = mailbox('zoe.legere');
  const zoe = await person('Zoé');
  await comesToTheForm(zoe);
  const state = zoe.page.locator('.proof [role=status]');
  await expect(state).toHaveText(say('accounts.robots.done'));
  await expect(zoe.page.getByRole('button', { name: say('accounts.robots.skip') })).toBeHidden();
  await zoe.findsItAccessibleInEveryLook();
  await fillsIn(zoe, email, PASSWORD);
  await zoe.ticks(say('accounts.create.consent'));
  await zoe.presses(say('accounts.create.button'));
  await zoe.isOn(say('accounts.verify.title'));
  await zoe.seesNo(say.pattern('accounts.verify.leaves_in'));
  await post.to(email);
});

test.describe('a device that is slow', () => {
  test.use({ settings: { ACCORD_PROOF_WAIT: '2' } });

  test('does without the check, and the mail leaves a little later @script', async ({ person, post, mailbox, say }) => {
    const email = mailbox('zoe.legere');
    const zoe = await person('Zoé');
    // A minute for each try: whatever the cost, luck would have it now and then at the first.
    await zoe.page.addInitScript(() => {
      const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
      crypto.subtle.deriveBits = async (...what) => {
        await new Promise((done) => setTimeout(done, 60_000));
        return derive(...what);
      };
    });
    await comesToTheForm(zoe);
    await expect(zoe.page.locator('.proof [role=status]')).toHaveText(say('accounts.robots.doing'));
    await fillsIn(zoe, email, PASSWORD);
    await zoe.ticks(say('accounts.create.consent'));
    await zoe.presses(say('accounts.create.button'));
    await expect(zoe.page.locator('.proof [role=status]')).toHaveText(say('accounts.robots.busy'));
    await zoe.findsItAccessibleInEveryLook();
    await zoe.presses(say('accounts.robots.skip'));
    await zoe.isOn(say('accounts.verify.title'));
    await zoe.sees(say.pattern('accounts.verify.leaves_in'));
    await post.to(email);
  });
});

test('without script the form says what that means, and works @plain', async ({ person, post, mailbox, say }) => {
  const email = mailbox('zoe.legere');
  const zoe = await person('Zoé');
  await comesToTheForm(zoe);
  await zoe.sees(say('accounts.robots.without', { seconds: 1 }));
  await fillsIn(zoe, email, PASSWORD);
  await zoe.ticks(say('accounts.create.consent'));
  await zoe.presses(say('accounts.create.button'));
  await zoe.isOn(say('accounts.verify.title'));
  await post.to(email);
});

test('whoever cannot sign in chooses another password and is told of it @journey', async ({
  accord,
  person,
  post,
  say,
  language,
}) => {
  const { email } = demo.administrator(language);
  const alice = await person('Alice');
  await comesToSignIn(alice);
  await alice.follows(say('accounts.sign_in.cannot'));
  await alice.isOn(say('accounts.help.title'));
  await alice.findsItAccessibleInEveryLook();
  await alice.page.locator('#email').fill(email);
  await alice.presses(say('accounts.help.button'));
  await alice.isOn(say('accounts.help.sent_title'));
  await alice.findsItAccessible();
  const link = linkIn(await post.to(email), `${accord.url}/${language}/identity/reset/`);
  await alice.opens(link);
  await alice.isOn(say('accounts.reset.title'));
  await alice.findsItAccessibleInEveryLook();
  for (const field of ['#password', '#password_again']) await alice.page.locator(field).fill(ANOTHER);
  await alice.presses(say('accounts.reset.button'));
  await alice.isOn(say('accounts.reset.done_title'));
  expect((await post.to(email)).text).toContain(say('own_account.event.password_reset'));
  await comesToSignIn(alice);
  await alice.signsInWith(email, ANOTHER);
  await alice.page.waitForURL(/\/(home|organizations\/)/);
});

test.describe('terms that changed', () => {
  test.use({ settings: { ACCORD_TERMS_VERSION: '2027-01' } });

  test('are asked again before going on, once; whoever declines is signed out @journey', async ({ person, say, language }) => {
    const { email, password } = demo.administrator(language);
    const alice = await person('Alice');
    alice.watch.allow(422);
    await comesToSignIn(alice);
    await alice.signsInWith(email, password);
    await alice.isOn(say('accounts.terms.title'));
    await alice.findsItAccessibleInEveryLook();
    await alice.presses(say('accounts.terms.button'));
    await alice.sees(say('problems.consent_needed'));
    await alice.findsItAccessibleInEveryLook();
    await alice.presses(say('accounts.terms.decline'));
    await alice.page.waitForURL(/\/auth\/callback/);
    await comesToSignIn(alice);
    await alice.signsInWith(email, password);
    await alice.isOn(say('accounts.terms.title'));
    await alice.ticks(say('accounts.create.consent'));
    await alice.presses(say('accounts.terms.button'));
    await alice.page.waitForURL(/\/(home|organizations\/)/);
    const again = await person('Alice, elsewhere');
    await comesToSignIn(again);
    await again.signsInWith(email, password);
    await again.page.waitForURL(/\/(home|organizations\/)/);
  });
});

test.describe('the policy of NIST', () => {
  test.use({ settings: { ACCORD_PASSWORD_POLICY: 'nist' } });

  test('asks for fifteen characters and for nothing else', async ({ person, post, mailbox, say }) => {
    const zoe = await person('Zoé');
    await comesToTheForm(zoe);
    await zoe.sees(say('accounts.create.rule_length', { least: 15 }));
    await zoe.seesNo(say('accounts.create.rule_digit'));
    const email = mailbox('zoe.legere');
    await fillsIn(zoe, email, 'brume salée d’octobre');
    await zoe.ticks(say('accounts.create.consent'));
    await zoe.presses(say('accounts.create.button'));
    await zoe.isOn(say('accounts.verify.title'));
    await post.to(email);
  });
});
