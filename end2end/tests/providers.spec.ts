// The portal signs people in at a provider of somebody else, the real `oidc-provider`, beside its own (A7).
import { demo } from './support/demo.ts';
import { College } from './support/college.ts';
import { expect, test as base } from './support/test.ts';
import { signsIn } from './support/steps.ts';
import type { Person } from './support/person.ts';

const test = base.extend<{ college: College }>({
  college: async ({}, use) => {
    const college = await College.open();
    await use(college);
    college.stop();
  },
  settings: async ({ college }, use) => use(college.settings),
});

const NAME = { en: 'the College', fr: 'le Collège' };

/** The college's page asks for a font elsewhere, which no test does. */
async function withoutFonts(person: Person) {
  await person.context.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ contentType: 'text/css', body: '' }));
}

/** From the first page to the college's. */
async function goesToTheCollege(person: Person) {
  const { say } = person;
  await withoutFonts(person);
  await person.opens(`/${say.language}`);
  await person.presses(say('home.continue_with', { provider: NAME[say.language] }), person.page.getByRole('main'));
}

test('she signs in at the college, whose key changes between sign-ins and during one, and signs out there @journey', async ({
  accord,
  college,
  person,
  say,
}) => {
  await college.serves(accord.url);
  const zoe = await person('Zoé');
  zoe.watch.allow(401);
  await goesToTheCollege(zoe);
  await college.signsIn(zoe, 'Zoe');
  // Nobody knows her here yet; name and address came from the college's userinfo.
  await zoe.isOn(say('home.account_title'));
  await expect(zoe.page.getByText('zoe@college.example')).toBeAttached();

  // She signs out: at the college, too, which asks her, and sends her back.
  await zoe.page.locator('.masthead details.end summary').click();
  await zoe.presses(say('shell.sign_out'));
  await expect(zoe.page).toHaveURL(new RegExp(`^${college.url}/session/end`));
  await zoe.page.getByRole('button', { name: /Yes, sign me out/ }).click();
  await zoe.isOn(say('home.landing_title'));

  // The key is another: between two sign-ins, then while she is there.
  await college.rotates();
  await goesToTheCollege(zoe);
  await college.signsIn(zoe, 'Zoe');
  await zoe.isOn(say('home.account_title'));

  const noe = await person('Noé');
  await goesToTheCollege(noe);
  await expect(noe.page).toHaveURL(new RegExp(`^${college.url}/interaction/`));
  await new Promise((rest) => setTimeout(rest, 5_100));
  await college.rotates();
  await college.signsIn(noe, 'Noe');
  await noe.isOn(say('home.account_title'));
  await expect(noe.page.getByText('noe@college.example')).toBeAttached();
});

test('signed out at the college, she is signed out here', async ({ accord, college, person, say }) => {
  await college.serves(accord.url);
  const zoe = await person('Zoé');
  await goesToTheCollege(zoe);
  await college.signsIn(zoe, 'Zoe');
  await zoe.isOn(say('home.account_title'));

  // In another window she ends her session at the college, which tells the portal.
  const window = await zoe.context.newPage();
  await window.goto(`${college.url}/session/end`);
  await window.getByRole('button', { name: /Yes, sign me out/ }).click();
  await expect(window.getByText(/Sign-out Success/)).toBeVisible();
  zoe.watch.allow(401);
  await expect(async () => {
    await zoe.reloads();
    await expect(zoe.page.getByText('zoe@college.example')).toHaveCount(0);
  }).toPass();
});

test('a second way to sign in is added while signed in to both, and removed', async ({ accord, college, person, post, say }) => {
  await college.serves(accord.url);
  const amira = await person('Amira');
  await withoutFonts(amira);
  await signsIn(amira, demo.reader);
  await amira.opens(`/${say.language}/home/ways-in`);
  await amira.isOn(say('ways_in.title'));
  await amira.sees(say('ways_in.in_use'));
  await amira.findsItAccessible();
  const college_ = NAME[say.language];
  await amira.presses(say('ways_in.add_which', { provider: college_ }));
  await college.signsIn(amira, 'Amira');
  await amira.isOn(say('ways_in.title'));
  await amira.sees(say('ways_in.added', { provider: college_ }));
  await amira.sees('amira@college.example');
  await amira.findsItAccessible();
  const letter = await post.to(demo.reader.email);
  expect(letter.text).toContain('/home/ways-in');

  // Elsewhere it gets her in, to her organization.
  const elsewhere = await person('Amira, elsewhere');
  await goesToTheCollege(elsewhere);
  await college.signsIn(elsewhere, 'Amira');
  await elsewhere.isOn(demo.organization);

  await amira.presses(say('ways_in.remove_which', { provider: college_ }));
  await amira.sees(say('ways_in.removed', { provider: college_ }));
  await amira.seesNo('amira@college.example');
  await post.to(demo.reader.email);
  elsewhere.watch.allow(401);
  await elsewhere.reloads();
  await expect(elsewhere.page.getByRole('heading', { level: 1 })).not.toHaveText(demo.organization);
});

test('a college that is down is told at once, and the portal’s own accounts still work', async ({ accord, college, person, say }) => {
  await college.serves(accord.url);
  college.stop();
  const zoe = await person('Zoé');
  zoe.watch.allow(503);
  await goesToTheCollege(zoe);
  await zoe.sees(say('problems.provider_unavailable'));
  await zoe.presses(say.language === 'fr' ? 'Réessayer' : 'Try again');
  await zoe.sees(say('problems.provider_unavailable'));
  await zoe.follows(say.language === 'fr' ? 'Retour à la première page' : 'Back to the first page');
  await zoe.presses(say('ui.sign_in'), zoe.page.getByRole('main'));
  await zoe.isOn(say('accounts.sign_in.title'));
});
