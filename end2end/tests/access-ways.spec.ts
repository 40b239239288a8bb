// Around requests for access: an administrator vouches (R1), a representative hands a code over (R7), a number of one's
// order opens its services (R8), services on the home (R10), and what people say of pages (R12).
import { demo } from './support/demo.ts';
import { codeIn, expect, test } from './support/test.ts';
import { createsAnAccount, signsIn } from './support/steps.ts';

/** Designated representative of the main organization, and primary contact of another one. */
const RYAN = demo.administrator('en');

test('an administrator answers whether the applicant works there', async ({ person, say }) => {
  const ryan = await person('Ryan');
  await signsIn(ryan, RYAN);
  await ryan.isOn(say('home.account_title'));
  await ryan.sees(say('access_ways.services.title')); // R10
  await ryan.sees(say.pattern('access_ways.services.ask'));
  await ryan.findsItAccessibleInEveryLook();
  await ryan.follows(demo.organization, ryan.page.getByRole('main'));
  await ryan.follows(say('access_ways.vouch.title', { name: 'Camille Vautour' }));
  await ryan.isOn(say('access_ways.vouch.title', { name: 'Camille Vautour' }));
  await ryan.findsItAccessibleInEveryLook();
  await ryan.presses(say('access_ways.vouch.send'));
  await ryan.sees(say('ui.error_title'));
  await ryan.findsItAccessible();
  await ryan.page.getByRole('radio').first().check();
  await ryan.presses(say('access_ways.vouch.send'));
  await ryan.sees(say('access_ways.vouched'));
  await ryan.sees(say('access_ways.vouch.said_yes', { name: 'Camille Vautour' }));
  await ryan.findsItAccessible();
});

test('a representative shows a code, and makes another', async ({ person, say, post }) => {
  const ryan = await person('Ryan');
  await signsIn(ryan, RYAN);
  await ryan.follows(demo.organization, ryan.page.getByRole('main'));
  await ryan.sees(say('access_ways.codes.waiting_one'));
  await ryan.follows(say('access_ways.codes.to_page'));
  await ryan.isOn(say('access_ways.codes.title'));
  await ryan.findsItAccessibleInEveryLook();
  await ryan.follows(say('access_ways.codes.show'));
  const code = await ryan.page.locator('.reference code').innerText();
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await ryan.findsItAccessible();
  await ryan.presses(say('access_ways.codes.renew'));
  await ryan.sees(say('access_ways.codes.renewed'));
  await ryan.follows(say('access_ways.codes.show'));
  const next = await ryan.page.locator('.reference code').innerText();
  expect(next).not.toBe(code);
  expect((await post.to(RYAN.email)).text).toContain(next);
});

test('a number of one’s order opens its services to a new account', async ({ person, say, language, post, mailbox }) => {
  const email = mailbox('jeanne.cormier');
  const jeanne = await person('Jeanne');
  await jeanne.opens(`/${language}/reference-number`);
  await jeanne.isOn(say('access_ways.number.title'));
  await jeanne.findsItAccessibleInEveryLook();
  await jeanne.presses(say('access_ways.number.sign_in'));
  await jeanne.isOn(say('accounts.sign_in.title'));
  const who = { first: 'Jeanne', last: 'Cormier', password: 'Marée-haute-à-Shédiac-7', address: email };
  await createsAnAccount(jeanne, who, async () => codeIn(await post.to(email)));

  await jeanne.isOn(say('access_ways.number.title'));
  await jeanne.sees(say('access_ways.number.signed_in', { email }));
  await jeanne.findsItAccessibleInEveryLook();
  await jeanne.page.locator('#number').fill('DEMO-1002'); // Somebody else's.
  await jeanne.page.locator('#last_name').fill('Cormier');
  await jeanne.page.locator('#first_name').fill('Jeanne');
  await jeanne.ticks(say('access_ways.number.accept'));
  await jeanne.presses(say('access_ways.number.send'));
  await jeanne.sees(say('problems.number_unknown'));
  await expect(jeanne.page.locator('#last_name')).toHaveValue('Cormier');
  await jeanne.findsItAccessible();
  await jeanne.page.locator('#number').fill('demo 1001');
  await jeanne.presses(say('access_ways.number.send'));
  await jeanne.sees(say('access_ways.number.done'));
  await jeanne.sees(say('home.services'));
  await jeanne.findsItAccessible();
});

test('anybody says whether a page was useful, and Support reads it', async ({ person, say, language }) => {
  const somebody = await person('Somebody');
  await somebody.opens(`/${language}/privacy`);
  await somebody.page.getByText(say('feedback.question')).click();
  await somebody.findsItAccessibleInEveryLook();
  await somebody.page.locator('#comment').fill('Tout y est.');
  await somebody.presses(say('feedback.yes'));
  await somebody.sees(say('feedback.thanks'));
  await expect(somebody.page).toHaveURL(new RegExp(`/${language}/privacy$`));
  const gisele = await person('Gisele');
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${language}/desk/feedback`);
  await gisele.isOn(say('feedback.desk.title'));
  await expect(gisele.row('/privacy')).toBeVisible();
  await gisele.sees('Tout y est.');
  await gisele.findsItAccessibleInEveryLook();
});
