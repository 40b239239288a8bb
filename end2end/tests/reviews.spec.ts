// The access review: started, decided in a list and one by one, attested, taken away as a file.
import { demo } from './support/demo.ts';
import { comesToTheContacts, signsIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';
import type { Person } from './support/person.ts';

/** From the contacts to the access review, by the left menu. */
async function comesToTheReviews(one: Person): Promise<void> {
  const { say } = one;
  await comesToTheContacts(one, demo.administrator(say.language));
  await one.follows(say('shell.reviews'), one.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await one.isOn(say('reviews.title'));
}

/** Starts a review, or goes on with the one that somebody started. */
async function takesItUp(one: Person): Promise<void> {
  const { say } = one;
  const start = one.page.getByRole('button', { name: say('reviews.start') });
  if ((await start.count()) > 0) await start.click();
  else await one.follows(say('reviews.go_on'));
  await one.isOn(say.pattern('reviews.title_of'));
}

test('an access review is taken up, decided and left again', async ({ person, say }) => {
  const alice = await person('Alice');
  await comesToTheReviews(alice);
  await alice.findsItAccessibleInEveryLook();
  await takesItUp(alice);
  await alice.sees(say('reviews.people'));
  await alice.findsItAccessibleInEveryLook();

  // In a list: nobody ticked is said, then those ticked are kept.
  await alice.presses(say('reviews.keep_ticked'));
  await alice.sees(say('ui.error_title'));
  await alice.findsItAccessible();
  const ticks = alice.page.locator('tbody input[type="checkbox"]');
  await ticks.first().check();
  await alice.presses(say('reviews.keep_ticked'));
  await alice.sees(say('reviews.notice.kept_one'));

  // One by one: what is missing is said beside the question, and the note stays.
  await alice.opens(`${new URL(alice.page.url()).pathname}?show=yours`);
  await alice.page.locator('tbody a.name').first().click();
  await alice.sees(say('reviews.what'));
  await alice.findsItAccessibleInEveryLook();
  await alice.page.locator('#note').fill('À revoir au printemps');
  await alice.presses(say('reviews.save'));
  await alice.sees(say('problems.missing_access_decision'));
  await expect(alice.page.locator('#note')).toHaveValue('À revoir au printemps');
  await alice.page.getByRole('radio', { name: say('reviews.choose_keep') }).check();
  await alice.presses(say('reviews.save'));
  await alice.sees(say.pattern('reviews.notice.decided'));

  // To change leads to the contact's page, and back.
  await alice.page.getByRole('radio', { name: say('reviews.choose_change') }).check();
  await alice.presses(say('reviews.save'));
  await alice.sees(say('reviews.notice.change_more'));
  await alice.follows(say('reviews.go_on'));
  await alice.isOn(say.pattern('reviews.title_of'));

  // What is taken away: a page to print, and a file.
  await alice.follows(say('reviews.print'));
  await alice.isOn(say.pattern('reviews.title_of'));
  await alice.findsItAccessible();
  await alice.follows(say('reviews.back'), alice.page.getByRole('main'));
  const href = await alice.page.getByRole('link', { name: say('reviews.download') }).getAttribute('href');
  const file = await alice.page.request.get(new URL(href ?? '', alice.page.url()).href);
  expect(file.headers()['content-disposition']).toContain(say('reviews.csv.file'));
  expect(await file.text()).toContain('À revoir au printemps');
});

test('a review of the past says who attested what', async ({ person, say }) => {
  const alice = await person('Alice');
  await comesToTheReviews(alice);
  await alice.follows(say.pattern('reviews.past_link'));
  await alice.isOn(say.pattern('reviews.title_of'));
  await alice.sees(say('reviews.statement'));
  await expect(alice.page.getByRole('button', { name: say('reviews.keep_ticked') })).toHaveCount(0);
  await alice.findsItAccessible();
});

test('who does not review is told so', async ({ person, say }) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await amira.sees(say('home.own'));
  await amira.sees(say('home.own_ask'));
  amira.watch.allow(403);
  await amira.opens(`${new URL(amira.page.url()).pathname}/reviews`);
  await amira.isOn(say('shell.forbidden_title'));
});
