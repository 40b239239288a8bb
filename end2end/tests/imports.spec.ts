// Contacts in bulk: a table imported with a result per line, the list exported, the lines ticked.
import { readFile } from 'node:fs/promises';
import { demo } from './support/demo.ts';
import { comesToTheContacts, searches } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test('a table is looked at, confirmed, carried out, and can be exported again', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.follows(say('imports.link'));
  await alice.isOn(say('imports.start.title'));
  await alice.findsItAccessible();

  // Nothing chosen: the page says so beside the field.
  await alice.presses(say('imports.start.go_on'));
  await alice.sees(say('problems.missing_table'));
  await alice.findsItAccessible();

  const table = [
    'Nom de famille;Prénom;Courriel;Langue',
    'Import-Essai;Zoé;zoe.import@example.org;français',
    ';Sans nom;pas une adresse;',
    'Import-Essai;Luc;luc.import@example.org;English',
  ].join('\r\n');
  await alice.page.locator('#table').setInputFiles({
    name: 'equipe.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(table, 'utf8'),
  });
  await alice.presses(say('imports.start.go_on'));
  await alice.isOn(say('imports.preview.title', { name: 'equipe.csv' }));
  await alice.sees(say('imports.preview.faulty_stay'));
  await expect(alice.page.locator('.result').first()).toContainText(say('problems.missing_last_name'));
  await alice.findsItAccessible();
  await alice.presses(say('imports.preview.confirm_many', { n: 2 }));

  // It goes on by itself; the page shows how far it is until it is finished.
  await expect(async () => {
    await alice.reloads();
    await alice.isOn(say('imports.done.title'));
  }).toPass();
  await expect(alice.page.locator('.result.done')).toHaveCount(2);
  await expect(alice.page.locator('.result.refused')).toHaveCount(1);
  await alice.findsItAccessible();
  const results = alice.page.waitForEvent('download');
  await alice.follows(say('imports.done.download'));
  expect(await readFile(await (await results).path(), 'utf8')).toContain(say('imports.outcome.added'));

  await alice.follows(say('imports.done.to_list'));
  await searches(alice, 'import-essai');
  await expect(alice.page.locator('tbody tr')).toHaveCount(2);
  const exported = alice.page.waitForEvent('download');
  await alice.follows(say('imports.export'));
  const file = await readFile(await (await exported).path(), 'utf8');
  expect(file.trimEnd().split('\r\n')).toHaveLength(3);
  expect(file).toContain('zoe.import@example.org');

  // Imported again, everybody is here already.
  await alice.follows(say('imports.link'));
  await alice.page.locator('#pasted').fill(file);
  await alice.presses(say('imports.start.go_on'));
  await alice.isOn(say('imports.preview.title_pasted'));
  await alice.sees(say('imports.preview.nothing'));
  await alice.findsItAccessible();
});

test('several contacts are invited at once, with a result for each', async ({ person, post, say, language }) => {
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.follows(say('imports.link'));
  const headings = 'Nom;Prénom;Courriel;Langue\n';
  const people = ['Anne', 'Bob'].map((name) => `Lot-Essai;${name};${name.toLowerCase()}.lot@example.org;${language}`);
  await alice.page.locator('#pasted').fill(headings + people.join('\n'));
  await alice.presses(say('imports.start.go_on'));
  await alice.presses(say('imports.preview.confirm_many', { n: 2 }));
  await expect(async () => {
    await alice.reloads();
    await alice.isOn(say('imports.done.title'));
  }).toPass();
  await alice.follows(say('imports.done.to_list'));
  await searches(alice, 'lot-essai');
  for (const box of await alice.page.locator('.tick input').all()) await box.check();
  await alice.findsItAccessible();
  await alice.presses(say('bulk.invite.button'));
  await alice.isOn(say('bulk.invite.title_many', { n: 2 }));
  await alice.findsItAccessible();

  // Without a profile it is refused, beside the profiles.
  await alice.presses(say('bulk.invite.confirm'));
  await alice.sees(say('problems.no_profile'));
  await alice.page.locator('#profile-funding-user').check();
  await alice.presses(say('bulk.invite.confirm'));
  await alice.sees(say('bulk.invite.result_many', { n: 2 }));
  await expect(alice.page.locator('.result.done')).toHaveCount(2);
  await alice.findsItAccessible();
  for (const name of ['anne', 'bob']) expect((await post.to(`${name}.lot@example.org`)).text).toContain('/invitation/');
});
