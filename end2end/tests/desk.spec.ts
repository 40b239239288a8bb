// Support's desk: an organization is found, looked at, closed and opened again; its details are edited.
import { demo } from './support/demo.ts';
import { expect, test } from './support/test.ts';
import { signsIn } from './support/steps.ts';
import type { Person } from './support/person.ts';

async function comesToTheDesk(gisele: Person): Promise<void> {
  const { say } = gisele;
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${say.language}/desk`);
  await gisele.isOn(say('desk.title'));
}

async function finds(gisele: Person, words: string): Promise<void> {
  await gisele.page.getByRole('searchbox').fill(words);
  await gisele.presses(gisele.say('desk.submit'), gisele.page.getByRole('search'));
  await expect(gisele.page).toHaveURL(new RegExp(`[?&]q=${encodeURIComponent(words)}`));
}

test('Support finds an organization by its names and by its people', async ({ person, say }) => {
  const gisele = await person('Gisele');
  await comesToTheDesk(gisele);
  await gisele.findsItAccessibleInEveryLook();
  await finds(gisele, 'thibodeau'); // G7
  await gisele.sees(say('desk.people'));
  await expect(gisele.row('Thibodeau, Marie-Ève').first()).toContainText(demo.organization);
  await gisele.findsItAccessible();
  await finds(gisele, 'emploi');
  await expect(gisele.row(demo.organization).first()).toContainText(say('desk.open'));
  await gisele.follows(demo.organization, gisele.row(demo.organization).first());
  await gisele.isOn(demo.organization);
  await gisele.findsItAccessible();
});

test('an organization is closed with a reason and opened again', async ({ person, say, language }) => {
  const gisele = await person('Gisele');
  await comesToTheDesk(gisele);
  await finds(gisele, 'emploi');
  await gisele.follows(demo.organization, gisele.row(demo.organization).first());
  const alice = await person('Alice');
  await alice.opens(`/${language}`);
  await alice.presses(say('ui.sign_in'), alice.page.getByRole('main'));
  const her = demo.administrator(language);
  await alice.signsInWith(her.email, her.password);
  await alice.follows(demo.organization, alice.page.getByRole('main'));
  await alice.isOn(demo.organization);

  await gisele.follows(say('desk.card.close'));
  await gisele.presses(say('desk.change.close_button'));
  await gisele.sees(say('ui.error_title')); // O3: never without a reason
  await gisele.findsItAccessible();
  await gisele.fills(say('desk.change.reason'), 'Ententes terminées');
  await gisele.presses(say('desk.change.close_button'));
  await gisele.sees(say('ui.organization_closed_more'));
  await gisele.sees('Ententes terminées');

  alice.watch.allow(404);
  await alice.reloads();
  await alice.isOn(say('shell.not_found_title'));

  await gisele.follows(say('desk.card.reopen'));
  await gisele.fills(say('desk.change.reason'), 'Nouvelle entente');
  await gisele.presses(say('desk.change.reopen_button'));
  await alice.reloads();
  await alice.isOn(demo.organization);
});

test('an administrator edits the details, and everybody reads them', async ({ person, say, language }) => {
  const alice = await person('Alice');
  await alice.opens(`/${language}`);
  await alice.presses(say('ui.sign_in'), alice.page.getByRole('main'));
  const her = demo.administrator(language);
  await alice.signsInWith(her.email, her.password);
  await alice.follows(demo.organization, alice.page.getByRole('main'));
  await alice.follows(say('shell.details'), alice.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await alice.isOn(say('organizations.title')); // O1
  await alice.findsItAccessibleInEveryLook();
  await alice.follows(say('organizations.edit'));
  await alice.page.locator('#business_number').fill('123');
  await alice.page.locator('#registry_number').fill('NB-12');
  await alice.presses(say('organizations.save'));
  await alice.sees(say('ui.error_title'));
  await expect(alice.page.locator('#registry_number')).toHaveValue('NB-12');
  await alice.findsItAccessible();
  await alice.page.locator('#business_number').fill('123 456 789');
  await alice.presses(say('organizations.save'));
  await alice.sees(say('ui.details_saved'));
  await alice.sees('123456789');
});
