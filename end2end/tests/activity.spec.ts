// What happened in an organization: read, filtered, exported (G3).
import { demo } from './support/demo.ts';
import { comesToTheContacts, searches } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test('what was done is told, with before and after, and found again', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await searches(alice, 'cote');
  await alice.row('Côté').first().locator('a.name').click();
  await alice.alive();
  const title = `Chef de l’activité ${language} ${alice.script}`;
  await alice.page.locator('#title').fill(title);
  await alice.presses(say('contacts.form.save'));
  // The page of the contact tells its last changes.
  await expect(alice.page.locator('.activity li').first().locator('ins')).toContainText([title]);
  await alice.findsItAccessible();

  await alice.follows(say('shell.activity'), alice.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await alice.isOn(say('activity.title'));
  await alice.findsItAccessibleInEveryLook();
  const lines = alice.page.locator('.activity > li');
  await expect(lines.first()).toContainText('Côté');
  await expect(lines.first().locator('ins')).toContainText([title]);

  await alice.fills(say('activity.person'), 'cote');
  await alice.page.locator('#kind').selectOption('contact.changed');
  await alice.presses(say('activity.submit'));
  await expect(alice.page).toHaveURL(/person=cote.*kind=contact\.changed/);
  await expect(lines.first().locator('ins')).toContainText([title]);
  await expect(alice.page.locator('#kind')).toHaveValue('contact.changed');

  // The same filters, as a table.
  const address = await alice.page.getByRole('link', { name: say('activity.export') }).getAttribute('href');
  expect(address).toMatch(/activity\/export\.csv\?person=cote&kind=contact\.changed$/);
  const answer = await alice.page.request.get(new URL(address ?? '', alice.page.url()).href);
  expect(answer.headers()['content-type']).toContain('text/csv');
  const table = await answer.text();
  expect(table).toContain(say('activity.csv.who'));
  expect(table).toContain(title);

  // Nothing is found: the page says what to do.
  await alice.page.locator('#to').fill('1999-12-31');
  await alice.presses(say('activity.submit'));
  await alice.sees(say('activity.empty_title'));
  await alice.findsItAccessible();
  await alice.follows(say('activity.clear'), alice.page.getByRole('search'));
  await expect(lines.first()).toBeVisible();

  // Older and back.
  await alice.follows(say('activity.older'));
  await expect(alice.page).toHaveURL(/[?&]before=/);
  await alice.follows(say('activity.newer'));
  await expect(lines.first()).toContainText('Côté');
});

test('who only looks does not read the activity', async ({ person, say }) => {
  const amira = await person('Amira');
  await comesToTheContacts(amira, demo.reader);
  await amira.seesNo(say('shell.activity'));
  const contacts = new URL(amira.page.url()).pathname;
  amira.watch.allow(403);
  await amira.opens(contacts.replace('/contacts', '/activity'));
  await amira.isOn(say('shell.forbidden_title'));
  await amira.findsItAccessible();
});
