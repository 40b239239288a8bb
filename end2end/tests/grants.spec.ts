// What a contact may do: given, taken, asked of Support; and who is the primary contact.
import { demo } from './support/demo.ts';
import { comesToTheContacts, searches, signsIn } from './support/steps.ts';
import { expect, linkIn, test } from './support/test.ts';
import type { Post } from './support/mail.ts';
import type { Person } from './support/person.ts';

/** Opens the page of a contact, found by a search. */
async function opensTheContact(one: Person, text: string): Promise<void> {
  await searches(one, text);
  await one.page.locator('tbody a.name').first().click();
  await one.alive();
}

test('a profile is given with a last day, another is asked of Support, who grants it @journey', async ({
  accord,
  person,
  post,
  say,
  language,
}) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await opensTheContact(alice, demo.reader.email);
  await alice.findsItAccessible();

  // What she may grant is hers to tick (P3), with a last day (P7); the save says what changed (C6).
  await alice.page.locator('#profile-funding-user').check();
  await alice.page.locator('#ends_on_0').fill('2031-03-31');
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('ui.changed', { what: say('contacts.card.profiles') }));
  await alice.sees(/2031/);
  expect((await post.to(demo.reader.email)).text).toMatch(/Entente de financement|Funding agreement/);

  // What she may not grant says why, and can be asked of Support.
  const folded = alice.page.locator('#profiles details summary');
  if ((await folded.count()) > 0) await folded.first().click(); // nothing in that module is hers to decide
  const beyond = alice.page.locator('input[id^="profile-"]:disabled:not(:checked)').first();
  await expect(beyond).toBeVisible();
  await alice.page.locator('a[href*="/ask?profile="]').first().click();
  await alice.isOn(say.pattern('profile_requests.ask.title'));
  await alice.findsItAccessible();
  await alice.presses(say('profile_requests.ask.send'));
  await alice.sees(say('ui.error_title'));
  await alice.page.locator('#reason').fill('Amira dirige l’équipe / Amira leads the team');
  await alice.presses(say('profile_requests.ask.send'));
  await alice.sees(say('profile_requests.sent'));

  // Support reads the letter, follows its link and grants.
  const asked = await post.to(demo.supportAddress);
  expect(asked.text).toContain('Amira leads the team');
  const gisele = await person('Gisele');
  gisele.watch.allow(401);
  await gisele.opens(linkIn(asked, `${accord.url}/${language}/`));
  await gisele.presses(say('ui.sign_in'), gisele.page.getByRole('main'));
  await gisele.signsInWith(demo.support.email, demo.support.password);
  await gisele.isOn(say.pattern('profile_requests.decide.title'));
  await gisele.findsItAccessible();
  await gisele.page.locator('#decision').check();
  await gisele.presses(say('profile_requests.decide.send'));
  await gisele.sees(say.pattern('profile_requests.done_granted'));
  await gisele.findsItAccessible();

  // Whoever asked is told, and so is the person.
  await post.to(demo.administrator(language).email);
  await post.to(demo.reader.email);
  await alice.reloads();
  await opensFromMenu(alice);
  await opensTheContact(alice, demo.reader.email);
  await expect(alice.page.locator('input[id^="profile-"]:disabled:checked').first()).toBeVisible();
});

async function opensFromMenu(one: Person): Promise<void> {
  const { say } = one;
  await one.follows(say('shell.contacts'), one.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await one.isOn(say('contacts.title'));
}

test('the primary contact hands over, after one more question', async ({ person, post, say }) => {
  const marie = await person('Marie-Eve');
  await comesToTheContacts(marie, demo.administrator('fr'));
  await opensTheContact(marie, demo.administrator('en').email);
  await marie.page.locator('#primary').check();
  await marie.presses(say('contacts.form.save'));
  await marie.isOn(say.pattern('contacts.primary_transfer.title'));
  await marie.findsItAccessible();
  await marie.presses(say('contacts.primary_transfer.confirm'));
  await marie.sees(say.pattern('ui.primary_transferred'));
  await post.to(demo.administrator('en').email);
  await opensFromMenu(marie);
  const lines = marie.page.locator('tbody tr');
  await expect(lines.filter({ hasText: say('contacts.primary') })).toHaveCount(1);
  await expect(lines.first()).toContainText(demo.administrator('en').email); // L3
  // It is no longer hers to hand over (C9).
  await opensTheContact(marie, demo.reader.email);
  await expect(marie.page.locator('#primary')).toBeDisabled();
  await marie.findsItAccessible();
});

test('everybody keeps their own record, and may leave', async ({ person, post, say }) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await amira.follows(say('shell.own'));
  await amira.isOn(say('contacts.own.title'));
  await amira.findsItAccessible();
  await amira.page.locator('#phone_0').fill('tout de suite');
  await amira.presses(say('contacts.form.save'));
  await amira.sees(say('ui.error_title'));
  await expect(amira.page.locator('#phone_0')).toHaveValue('tout de suite');
  await amira.page.locator('#phone_0').fill('506-555-0199');
  await amira.presses(say('contacts.form.save'));
  await amira.sees(say('ui.own_record_saved')); // C12

  await amira.follows(say('contacts.own.leave'));
  await amira.isOn(say.pattern('contacts.own.leave_question'));
  await amira.findsItAccessible();
  await amira.presses(say('contacts.own.leave_confirm'));
  await amira.isOn(say('contacts.own.left_title'));
  await amira.findsItAccessible();
  // All five administrators are told.
  for (const tongue of ['fr', 'en'] as const) await post.to(demo.administrator(tongue).email);
  await readsTheOthers(post, 3);
});

/** Reads what came besides: so many letters, each once. */
async function readsTheOthers(post: Post, many: number): Promise<void> {
  await expect.poll(() => post.unread().length).toBe(many);
  for (const { to } of post.unread()) await post.to(to);
}

test('Support replaces a primary contact who is gone, who stops it after all', async ({ person, post, say, language }) => {
  const gisele = await person('Gisele');
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${language}/desk?q=${encodeURIComponent(demo.administrator('en').email)}`);
  // He belongs to another organization, too.
  await gisele.row('MacLellan, Ryan').filter({ hasText: demo.organization }).locator('a.name').click();
  await gisele.alive();
  await gisele.page.locator('#primary').check();
  await gisele.presses(say('contacts.form.save'));
  await gisele.isOn(say.pattern('contacts.primary_transfer.title'));
  await gisele.findsItAccessible();
  await gisele.presses(say('contacts.primary_transfer.confirm'));
  await gisele.sees(say('ui.error_title')); // C9: never without saying why
  await gisele.findsItAccessible();
  await gisele.page.locator('input[name="form[how]"][value="gone"]').check();
  await gisele.page.locator('#reason').fill('Avis de décès, vu / notice of death, seen');
  await gisele.presses(say('contacts.primary_transfer.confirm'));
  await gisele.sees(say('ui.primary_planned_text'));
  for (const told of ['fr', 'en'] as const) {
    expect((await post.to(demo.administrator(told).email)).text).toMatch(/primary contact|personne-ressource principale/);
  }
  await readsTheOthers(post, 3); // all five administrators

  // She is not gone: her home says so, and she stops it.
  const marie = await person('Marie-Eve');
  await comesToTheContacts(marie, demo.administrator('fr'));
  await marie.follows(say('shell.home'), marie.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await marie.sees(say('home.replacement.title'));
  await marie.findsItAccessible();
  await marie.presses(say.pattern('home.replacement.stop'));
  await marie.sees(say('ui.primary_stays'));
  await marie.seesNo(say('home.replacement.title'));
  await readsTheOthers(post, 4); // all five but herself
});
