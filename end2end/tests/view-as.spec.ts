// Support looks as a contact: exactly what they see, nothing changed, a banner, a line in the activity (G7).
import { demo } from './support/demo.ts';
import { comesToTheContacts, signsIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';
import type { Person } from './support/person.ts';

/** From the desk to the page of Amira, who only looks. */
async function comesToAmira(gisele: Person): Promise<void> {
  const { say } = gisele;
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${say.language}/desk`);
  await gisele.page.getByRole('searchbox').fill(demo.reader.email);
  await gisele.presses(say('desk.submit'), gisele.page.getByRole('search'));
  await gisele.row('Haddad, Amira').first().locator('a.name').click();
  await gisele.isOn('Amira Haddad');
}

async function begins(gisele: Person): Promise<void> {
  const { say } = gisele;
  await gisele.follows(say('viewings.link'));
  await gisele.isOn(say('viewings.title', { name: 'Amira Haddad' }));
  await gisele.fills(say('viewings.reason'), '1204');
  await gisele.presses(say('viewings.start'));
  await gisele.isOn(demo.organization);
}

const banner = (gisele: Person) => gisele.page.getByRole('region', { name: gisele.say('viewings.banner') });

test('Support sees what the contact sees, changes nothing, and stops', async ({ person, say, language }) => {
  const gisele = await person('Gisele');
  await comesToAmira(gisele);
  await gisele.follows(say('viewings.link')); // G7
  await gisele.isOn(say('viewings.title', { name: 'Amira Haddad' }));
  await gisele.findsItAccessibleInEveryLook();
  await gisele.presses(say('viewings.start'));
  await gisele.sees(say('problems.missing_reason'));
  await gisele.findsItAccessible();
  await gisele.fills(say('viewings.reason'), '1204');
  await gisele.presses(say('viewings.start'));

  await gisele.isOn(demo.organization);
  await expect(banner(gisele)).toContainText('Amira Haddad');
  await expect(banner(gisele)).toContainText(say('viewings.banner_what'));
  await gisele.findsItAccessibleInEveryLook();
  const menu = gisele.page.getByRole('navigation', { name: say('shell.my_organization') });
  await expect(menu).not.toContainText(say('shell.activity'));
  await expect(menu).not.toContainText(say('shell.desk_of'));

  // Amira's own record is there to be read; saving it is refused, and says why.
  await gisele.follows(say('shell.own'), menu);
  await gisele.presses(say('contacts.form.save'));
  await gisele.sees(say('problems.viewing'));
  await gisele.findsItAccessible();

  // The desk is as it is to Amira.
  gisele.watch.allow(404);
  await gisele.opens(`/${language}/desk`);
  await gisele.isOn(say('shell.not_found_title'));
  await expect(banner(gisele)).toBeVisible();

  await gisele.presses(say('viewings.stop'), banner(gisele));
  await gisele.isOn('Amira Haddad');
  await gisele.sees(say('viewings.ended'));
  await expect(banner(gisele)).toHaveCount(0);
  await gisele.opens(`/${language}/desk`);
  await gisele.isOn(say('desk.title'));
});

test('the organization reads that Support looked, and whoever signs out is themselves again', async ({ person, say, language }) => {
  const gisele = await person('Gisele');
  await comesToAmira(gisele);
  await begins(gisele);
  await gisele.page.getByRole('banner').locator('.menu.end > summary').click();
  await gisele.presses(say('shell.sign_out'));

  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await alice.follows(say('shell.activity'), alice.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await alice.isOn(say('activity.title')); // G3
  const lines = alice.page.locator('.activity > li');
  await expect(lines.first()).toContainText(say('activity.why.signed_out'));
  await expect(lines.nth(1)).toContainText('Amira Haddad');
  await expect(lines.nth(1)).toContainText('1204');
  await alice.seesNo('Gisèle Arsenault');
});
