// What several stories do: written once, so that each story tells only what is its own.
import { demo } from './demo.ts';
import { expect } from './test.ts';
import type { Person } from './person.ts';

/** From the first page to the provider, and signs in there. */
export async function signsIn(one: Person, who: { email: string; password: string }): Promise<void> {
  await one.opens(`/${one.say.language}`);
  await one.presses(one.say('ui.sign_in'), one.page.getByRole('main'));
  await one.signsInWith(who.email, who.password);
}

/** Signs in at the provider and comes to the list of contacts of the main organization (L1). */
export async function comesToTheContacts(one: Person, who: { email: string; password: string }): Promise<void> {
  const { say } = one;
  await signsIn(one, who);
  // Who belongs to one organization only comes to it at once.
  await one.page.waitForURL(/\/(home|organizations\/)/);
  if (one.page.url().endsWith('/home')) await one.follows(demo.organization, one.page.getByRole('main'));
  await one.follows(say('shell.contacts'), one.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await one.isOn(say('contacts.title'));
}

/** Types into the search; without script, sends it. */
export async function searches(one: Person, text: string): Promise<void> {
  await one.alive();
  const field = one.page.getByRole('searchbox');
  await field.fill(text);
  if (!one.script) await field.press('Enter');
  await expect(one.page).toHaveURL(new RegExp(`[?&]q=${encodeURIComponent(text)}(&|$)`));
  // The address says what was asked; the lines are those of the answer once the list no longer waits for it.
  await expect(one.page.locator('[aria-busy="true"]')).toHaveCount(0);
}

/** Fills in a new contact with access, one profile ticked, and a message. */
export async function fillsInAnInvitation(
  one: Person,
  contact: { first: string; last: string; email: string },
  message: string,
): Promise<void> {
  const { say } = one;
  await one.follows(say('contacts.add_with_access'));
  await one.isOn(say('contacts.form.access_title'));
  await one.fills(say('contacts.form.last_name'), contact.last);
  await one.fills(say('contacts.form.first_name'), contact.first);
  await one.page.locator('#email').fill(contact.email);
  await one.chooses(say('contacts.form.language'), say(`contacts.language_${say.language}`));
  await one.page.locator('#profile-funding-user').check();
  await one.page.locator('#message').fill(message);
}

/** Creates an account at the provider with the code of the mail, from its sign-in page (A1, A2, A5); an invitation has
 * filled in the address. */
export async function createsAnAccount(
  one: Person,
  who: { first: string; last: string; password: string; address?: string },
  code: () => Promise<string>,
): Promise<void> {
  const { say } = one;
  await one.follows(say('accounts.sign_in.create'));
  await one.isOn(say('accounts.create.title'));
  await one.findsItAccessible();
  await one.follows(say('accounts.create.go_on'));
  await one.findsItAccessible();
  await one.page.locator('input[autocomplete="given-name"]').fill(who.first);
  await one.page.locator('input[autocomplete="family-name"]').fill(who.last);
  if (who.address) await one.page.locator('#email').fill(who.address);
  for (const field of await one.page.locator('input[autocomplete="new-password"]').all()) await field.fill(who.password);
  await one.ticks(say('accounts.create.consent'));
  await one.presses(say('accounts.create.button'));
  await one.isOn(say('accounts.verify.title'));
  await one.findsItAccessible();
  await one.page.locator('input[autocomplete="one-time-code"]').fill(await code());
  await one.presses(say('accounts.verify.button'));
  await one.isOn(say('accounts.welcome.title'));
  await one.findsItAccessible();
  await one.page.getByRole('main').getByRole('link').or(one.page.getByRole('main').getByRole('button')).first().click();
}
