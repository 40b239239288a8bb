// The contacts of an organization: looked at, searched, added, changed.
import { demo } from './support/demo.ts';
import { comesToTheContacts, searches } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test('the list says it all, page by page, and the address with it', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.findsItAccessibleInEveryLook();
  const lines = alice.page.locator('tbody tr');
  await expect(lines).toHaveCount(10); // L2
  await expect(lines.first()).toContainText(say('contacts.primary')); // L3

  await alice.follows(say('ui.next'));
  await expect(alice.page).toHaveURL(/[?&]page=2(&|$)/); // L9
  await expect(alice.page.locator('.pagination [aria-current="page"]')).toHaveText('2');
  await expect(alice.page.locator('tbody tr').first()).not.toContainText(say('contacts.primary'));
  await alice.page.goBack();
  await expect(alice.page.locator('.pagination [aria-current="page"]')).toHaveText('1');
  await expect(alice.page.locator('tbody tr').first()).toContainText(say('contacts.primary'));

  // A page past the end is the last one (L9); unticked, the inactive are shown too (L5).
  await alice.opens(`${new URL(alice.page.url()).pathname}?page=9999`);
  await expect(alice.page.locator('.pagination li').last()).toContainText(/\d+/);
  await alice.ticks(say('contacts.active_only'), false);
  if (!alice.script) await alice.presses(say('contacts.submit'));
  await expect(alice.page).toHaveURL(/[?&]search=1(&|$)/);
  await expect(alice.page.locator('.status.inactive').first()).toBeVisible();

  // Nobody is found: the page says what to do (L4: any character is literal).
  await searches(alice, '%_');
  await alice.sees(say('contacts.empty_title'));
  await alice.findsItAccessible();
  await alice.follows(say('contacts.clear'));
  await expect(alice.page.locator('tbody tr')).toHaveCount(10);
});

// G2: with and without script, as every story here that does not say otherwise.
test('a contact is added without access, and never twice by accident', async ({ person, mailbox, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.page.getByRole('link', { name: say('contacts.add'), exact: true }).click();
  await alice.isOn(say('contacts.form.add_title'));

  // Every fault at once, beside its field; nothing typed is lost.
  await alice.page.locator('#title').fill('Trésorière');
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('ui.error_title'));
  await expect(alice.page.locator('.error-summary li')).toHaveCount(3);
  await expect(alice.page.locator('.error-summary')).toBeFocused();
  await expect(alice.page.locator('#title')).toHaveValue('Trésorière');
  await alice.findsItAccessible();

  const email = mailbox('zoe.ecuyer');
  await alice.fills(say('contacts.form.last_name'), 'Écuyer-Test');
  await alice.fills(say('contacts.form.first_name'), 'Zoé');
  await alice.page.locator('#email').fill(email);
  await alice.page.locator('#phone_0').fill('902-555-0142');
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('ui.contact_added', { name: 'Zoé Écuyer-Test' }));
  await searches(alice, 'ecuyer-test');
  await expect(alice.row('Écuyer-Test, Zoé')).toContainText(say('contacts.none')); // L6
  await expect(alice.row('Écuyer-Test, Zoé')).toContainText('902-555-0142'); // L7

  // C11
  await alice.page.getByRole('link', { name: say('contacts.add'), exact: true }).click();
  await alice.fills(say('contacts.form.last_name'), 'Autre');
  await alice.fills(say('contacts.form.first_name'), 'Personne');
  await alice.page.locator('#email').fill(email.toUpperCase());
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('ui.error_title'));
  await expect(alice.page.locator('#last_name')).toHaveValue('Autre');
  await alice.findsItAccessible();
});

test('the language toggle keeps what is typed @script', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.page.getByRole('link', { name: say('contacts.add'), exact: true }).click();
  await alice.fills(say('contacts.form.last_name'), 'Écuyer-Test');
  await alice.page.locator('#one_name').check();
  await alice.page.locator('#language').selectOption('fr');
  await alice.page.locator('a.language').click(); // G1
  await expect(alice.page.locator('html')).toHaveAttribute('lang', language === 'fr' ? 'en' : 'fr');
  await expect(alice.page.locator('#last_name')).toHaveValue('Écuyer-Test');
  await expect(alice.page.locator('#one_name')).toBeChecked();
  await expect(alice.page.locator('#language')).toHaveValue('fr');
});

test('two people change the same contact: the second loses nothing of what was typed', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await searches(alice, 'cote');
  await alice.row('Côté').first().locator('a.name').click();
  await alice.alive();
  const address = alice.page.url();
  const benoit = await person('Benoit');
  await comesToTheContacts(benoit, demo.administrator(language === 'fr' ? 'en' : 'fr'));
  await benoit.opens(address);
  await benoit.page.locator('#title').fill('Première version');
  await benoit.presses(say('contacts.form.save'));
  await benoit.isOn(/Côté/);

  await alice.page.locator('#title').fill('Seconde version');
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say('contacts.card.conflict_title')); // C6
  await expect(alice.page.locator('#title')).toHaveValue('Seconde version');
  await alice.sees('Première version');
  await alice.findsItAccessible();
  await alice.presses(say('contacts.form.save'));
  await expect(alice.page.locator('#title')).toHaveValue('Seconde version');
});

test('who only looks is offered nothing to change', async ({ person, say, language }) => {
  const amira = await person('Amira');
  const { say: words } = amira;
  await amira.opens(`/${language}`);
  await amira.presses(words('ui.sign_in'), amira.page.getByRole('main'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.follows(say('shell.contacts'));
  await amira.isOn(say('contacts.title'));
  await amira.seesNo(say('contacts.add_with_access'));
  await expect(amira.page.locator('.action', { hasText: say('contacts.invite') })).toHaveCount(0);
  await amira.findsItAccessible();
  amira.watch.allow(403);
  await amira.opens(`${new URL(amira.page.url()).pathname}/add`);
  await amira.isOn(say('shell.forbidden_title'));
  await amira.findsItAccessible();
});
