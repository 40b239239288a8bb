// Agreements, told by those who prepare them: an administrator makes a draft, looks at it as the signatories will, sends
// it, and looks after it; a reader only reads; Support finds every organization's (S1, S3, S4).
import { writeFileSync } from 'node:fs';
import { demo } from './support/demo.ts';
import { TITLES, addsAContact, inDays, sendsAnAgreement, type Signatory } from './support/agreements.ts';
import { comesToTheContacts, signsIn } from './support/steps.ts';
import { expect, linkIn, test } from './support/test.ts';
import type { Person } from './support/person.ts';

const AMIRA = { first: 'Amira', last: 'Haddad', email: demo.reader.email };

/** An administrator signs in; gives the address of the organization's pages. */
async function comesAsAdministrator(one: Person): Promise<string> {
  await comesToTheContacts(one, demo.administrator(one.say.language));
  return new URL(one.page.url()).pathname.replace(/\/contacts$/, '');
}

/** From the contacts to the agreements, by the left menu. */
async function comesToTheAgreements(one: Person): Promise<void> {
  const { say } = one;
  await one.follows(say('agreements.title'), one.page.getByRole('navigation', { name: say('shell.my_organization') }));
  await one.isOn(say('agreements.title'));
}

/** Finds somebody in the form of a draft, and adds them. */
async function adds(one: Person, last: string): Promise<void> {
  const { say } = one;
  await one.page.locator('#find').fill(last);
  await one.presses(say('agreements.form.find_button'));
  await one.presses(new RegExp(`^${say('agreements.form.add')}.*${last}`));
  await expect(one.page.locator('ol.task-list')).toContainText(last);
}

/** The smallest PDF that is one: a page without anything on it. */
function pdf(extra = ''): Buffer {
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${extra} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> >>',
  ];
  let file = '%PDF-1.7\n';
  const places = objects.map((object, n) => {
    const place = file.length;
    file += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const place of places) file += `${String(place).padStart(10, '0')} 00000 n \n`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

test('a draft is prepared: mistakes stand beside their fields, and nothing typed is lost', async ({ person, post, say }) => {
  const alice = await person('Alice');
  await comesAsAdministrator(alice);
  await comesToTheAgreements(alice);
  await alice.findsItAccessibleInEveryLook();
  await alice.follows(say('agreements.prepare'));
  await alice.isOn(say('agreements.form.new_title'));
  await alice.findsItAccessibleInEveryLook();

  // Whom one looks for is found by name; the Enter key looks, and does not save (G2).
  await alice.page.locator('#title_en').fill('Lease of the hall');
  await alice.page.locator('#message').fill('À lire avant mardi.');
  await alice.page.locator('#find').fill('haddad');
  await alice.page.locator('#find').press('Enter');
  await alice.sees('Haddad');
  await expect(alice.page.locator('#title_en')).toHaveValue('Lease of the hall');
  await alice.presses(new RegExp(`^${say('agreements.form.add')}.*Haddad`));
  await expect(alice.page.locator('ol.task-list li')).toHaveCount(1);
  await alice.page.locator('#find').fill('Nobody-Of-That-Name');
  await alice.presses(say('agreements.form.find_button'));
  await alice.sees(say('agreements.form.find_none'));
  await alice.findsItAccessible();

  // Two people, in the other order, one taken out again.
  await alice.page.locator('#find').fill('');
  await alice.presses(say('agreements.form.find_button'));
  await alice.page.locator('ul.task-list button').first().click();
  await expect(alice.page.locator('ol.task-list li')).toHaveCount(2);
  await alice.page.locator('ol.task-list li').last().getByRole('button', { name: say('agreements.form.raise') }).click();
  await expect(alice.page.locator('ol.task-list li').last()).toContainText('Haddad');
  await alice.page.locator('ol.task-list li').first().getByRole('button', { name: say('agreements.form.remove') }).click();
  await expect(alice.page.locator('ol.task-list li')).toHaveCount(1);
  await expect(alice.page.locator('#message')).toHaveValue('À lire avant mardi.');

  // Every fault at once: no document, no last day.
  await alice.presses(say('agreements.form.save'));
  await alice.sees(say('ui.error_title'));
  await expect(alice.page.locator('.error-summary')).toBeFocused();
  await expect(alice.page.locator('.error-summary li')).not.toHaveCount(0);
  await alice.sees(say('problems.missing_deadline'));
  await expect(alice.page.locator('#title_en')).toHaveValue('Lease of the hall');
  await expect(alice.page.locator('ol.task-list')).toContainText('Haddad');
  await alice.findsItAccessibleInEveryLook();

  await alice.page.locator('#deadline').fill(inDays(10));
  await alice.page.locator('#text_en').fill('# Lease\n\nThe hall, **every Tuesday**.');
  await alice.presses(say('agreements.form.save'));
  await alice.isOn(say('agreements.preview.title'));
  await alice.sees(say('agreements.done.prepared'));
  await expect(alice.page.locator('.written strong')).toHaveText('every Tuesday');
  await alice.sees('À lire avant mardi.');
  await alice.findsItAccessibleInEveryLook();

  // It is found by a word of its title or of a signatory's name (L9), and still nobody was written to.
  await alice.follows(say('agreements.preview.later'));
  await alice.isOn('Lease of the hall');
  await alice.sees(say('agreements.state.draft'));
  await alice.findsItAccessibleInEveryLook();
  await alice.follows(say('agreements.back'), alice.page.getByRole('main'));
  await alice.page.locator('#q').fill('hall haddad');
  await alice.page.locator('#state').selectOption('draft');
  await alice.presses(say('agreements.submit'));
  await expect(alice.page).toHaveURL(/[?&]q=hall(\+|%20)haddad&state=draft/);
  await expect(alice.page.locator('tbody tr')).toHaveCount(1);
  await alice.sees(say('agreements.found_one'));
  await alice.page.locator('#q').fill('%_');
  await alice.presses(say('agreements.submit'));
  await alice.sees(say('agreements.empty_found'));
  await alice.findsItAccessible();
  await alice.follows(say('agreements.clear'));
  expect(post.unread()).toEqual([]);

  // A draft that nobody has received goes without a trace of it in the list.
  await alice.follows('Lease of the hall', alice.page.getByRole('main'));
  await alice.follows(say('agreements.card.to_discard'));
  await alice.isOn(say('agreements.discard.title', { title: 'Lease of the hall' }));
  await alice.findsItAccessible();
  await alice.presses(say('agreements.discard.confirm'));
  await alice.sees(say('agreements.done.discarded'));
  await expect(alice.row('Lease of the hall')).toHaveCount(0);
});

test('an agreement is sent, sent again, given to somebody else, changed and withdrawn @journey', async ({
  person,
  post,
  mailbox,
  say,
  language,
  accord,
}) => {
  test.slow();
  const luc: Signatory = { first: 'Luc', last: 'Signe-Test', email: mailbox('luc.signe') };
  const title = TITLES[language];
  const alice = await person('Alice');
  const organization = await comesAsAdministrator(alice);
  await addsAContact(alice, organization, luc);
  await sendsAnAgreement(alice, organization, [AMIRA]);
  await alice.isOn(title);
  await alice.sees(say('agreements.person.invited'));
  await alice.findsItAccessibleInEveryLook();
  const first = await post.to(AMIRA.email);

  // Again: another link.
  await alice.presses(new RegExp(`^${say('agreements.card.resend')}`));
  await alice.sees(say.pattern('agreements.done.resent'));
  expect(linkIn(await post.to(AMIRA.email), accord.url)).not.toBe(linkIn(first, accord.url));

  // Somebody else signs instead; nobody is chosen by accident.
  await alice.follows(new RegExp(`^${say('agreements.card.replace')}`));
  await alice.isOn(say.pattern('agreements.replace.title'));
  await alice.findsItAccessible();
  await alice.presses(say('agreements.replace.confirm'));
  await alice.sees(say('ui.error_title'));
  await alice.findsItAccessible();
  await alice.page.getByRole('searchbox').fill(luc.email);
  await alice.presses(say('agreements.form.find_button'));
  const luke = alice.page.locator('#contact option', { hasText: luc.email });
  await alice.page.locator('#contact').selectOption((await luke.getAttribute('value'))!);
  await alice.presses(say('agreements.replace.confirm'));
  await alice.sees(say.pattern('agreements.done.replaced'));
  await alice.sees(say('agreements.person.replaced'));
  await alice.findsItAccessible();
  await post.to(AMIRA.email);
  await post.to(luc.email);

  // Another edition: what it costs is said first, in figures; then it is a draft again.
  await alice.follows(say('agreements.card.to_revise'));
  await alice.isOn(say('agreements.revise.title', { title }));
  await alice.findsItAccessibleInEveryLook();
  await alice.presses(say('agreements.revise.confirm'));
  await alice.isOn(say('agreements.form.edit_title'));
  await alice.sees(say('agreements.done.revised'));
  await post.to(luc.email);
  await alice.page.locator('#text_en').fill('# Purpose\n\nFourteen young people, eight weeks.');
  await alice.presses(say('agreements.form.save'));
  await alice.sees('Fourteen young people');
  await alice.presses(say('agreements.preview.send'));
  await alice.sees(say('agreements.card.editions'));
  await alice.sees(say('agreements.card.edition_unsigned'));
  await alice.findsItAccessible();
  await post.to(luc.email);

  // Withdrawn, never without a reason; it stays in the list, and can be prepared again.
  await alice.follows(say('agreements.card.to_withdraw'));
  await alice.isOn(say('agreements.withdraw.title', { title }));
  await alice.presses(say('agreements.withdraw.confirm'));
  await alice.sees(say('ui.error_title'));
  await alice.findsItAccessibleInEveryLook();
  await alice.page.locator('#reason').fill('Le programme est annulé.');
  await alice.presses(say('agreements.withdraw.confirm'));
  await alice.sees(say('agreements.done.withdrawn'));
  await alice.sees('Le programme est annulé.');
  await alice.findsItAccessible();
  expect((await post.to(luc.email)).text).toContain('Le programme est annulé.');
  await alice.presses(say('agreements.card.again'));
  await alice.isOn(say('agreements.form.edit_title'));
  await expect(alice.page.locator('#text_en')).toHaveValue(/Fourteen young people/);
  await expect(alice.page.locator('ol.task-list')).toContainText(luc.last);
});

test('who only reads sees it all and changes nothing; an agreement of nobody is not found', async ({ person, say }) => {
  const amira = await person('Amira');
  await signsIn(amira, demo.reader);
  await amira.sees(say('home.own'));
  const organization = new URL(amira.page.url()).pathname;
  await comesToTheAgreements(amira);
  await expect(amira.page.getByRole('link', { name: say('agreements.prepare') })).toHaveCount(0);
  await amira.findsItAccessible();
  const table = amira.page.getByRole('link', { name: say('agreements.export') });
  const file = await amira.context.request.get(new URL((await table.getAttribute('href'))!, amira.page.url()).href);
  expect(file.headers()['content-type']).toContain('text/csv');

  await amira.page.locator('tbody a.name').first().click();
  await amira.sees(say('agreements.card.people'));
  await expect(amira.page.getByRole('heading', { name: say('agreements.card.acts') })).toHaveCount(0);
  await amira.findsItAccessibleInEveryLook();
  const reading = amira.page.getByRole('main').getByRole('link', { name: new RegExp(`^${say('agreements.card.read')} `) });
  await reading.first().click();
  await amira.sees(say('agreements.preview.document'));
  await amira.findsItAccessibleInEveryLook();

  amira.watch.allow(403, 404);
  await amira.opens(`${organization}/agreements/new`);
  await amira.isOn(say('shell.forbidden_title'));
  await amira.opens(`${organization}/agreements/00000000-0000-4000-8000-000000000001`);
  await amira.isOn(say('shell.not_found_title'));
});

test('a file that is no proper PDF is refused beside its field, and nothing is kept of it', async ({ person, say }) => {
  const alice = await person('Alice');
  const organization = await comesAsAdministrator(alice);
  await alice.opens(`${organization}/agreements/new`);
  await adds(alice, AMIRA.last);
  await alice.page.locator('#title_en').fill('With a file');
  await alice.page.locator('#deadline').fill(inDays(10));

  const bad = [
    { name: 'agreement.exe', bytes: pdf(), said: say('problems.not_a_pdf') },
    { name: 'agreement.pdf', bytes: Buffer.from('<html><script>alert(1)</script></html>'), said: say('problems.not_a_pdf') },
    { name: 'agreement.pdf', bytes: Buffer.from('%PDF-1.7\nnothing more'), said: say('problems.pdf_broken') },
    {
      name: 'agreement.pdf',
      bytes: pdf('/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'),
      said: say('problems.pdf_active'),
    },
    {
      name: 'agreement.pdf',
      bytes: Buffer.concat([pdf(), Buffer.alloc(11 * 1024 * 1024, 32)]),
      said: say('problems.pdf_too_large', { megabytes: 10 }),
    },
  ];
  for (const { name, bytes, said } of bad) {
    const file = test.info().outputPath(name); // from the disk: a large one takes long to be handed over otherwise
    writeFileSync(file, bytes);
    await alice.page.locator('#pdf_en').setInputFiles(file);
    await alice.presses(say('agreements.form.save'));
    await expect(alice.page.locator('#pdf_en-error')).toContainText(said);
    await expect(alice.page.locator('#pdf_en-hint')).toContainText(name); // to be chosen again, and which
    await expect(alice.page.locator('#title_en')).toHaveValue('With a file');
    await expect(alice.page.locator('ol.task-list')).toContainText(AMIRA.last);
  }
  await alice.findsItAccessible();

  // A hundred megabytes are not even listened to.
  const form = await alice.page.locator('form[enctype]').getAttribute('action');
  const answer = await alice.context.request
    .post(new URL(form!, alice.page.url()).href, {
      headers: { origin: new URL(alice.page.url()).origin, accept: 'text/html' },
      multipart: {
        act: 'save',
        pdf_en: { name: 'agreement.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(100 * 1024 * 1024, 32) },
      },
      maxRedirects: 0,
    })
    .catch(() => undefined); // the server may hang up while it is being sent
  if (answer) expect(answer.status()).toBe(413);

  await alice.opens(`${organization}/agreements?q=file`);
  await expect(alice.row('With a file')).toHaveCount(0);

  // A proper one is kept with the draft, and named there.
  await alice.opens(`${organization}/agreements/new`);
  await adds(alice, AMIRA.last);
  await alice.page.locator('#title_en').fill('With a file');
  await alice.page.locator('#deadline').fill(inDays(10));
  await alice.page.locator('#pdf_en').setInputFiles({ name: 'agreement.pdf', mimeType: 'application/pdf', buffer: pdf() });
  await alice.presses(say('agreements.form.save'));
  await alice.isOn(say('agreements.preview.title'));
  await expect(alice.page.locator('.sheet img')).toHaveCount(1);
  await alice.findsItAccessible();
  await alice.follows(say('agreements.preview.change'));
  await alice.sees(say('agreements.form.kept'));
  await alice.findsItAccessible();
  await alice.presses(say('agreements.form.save'));
  await expect(alice.page.locator('.sheet img')).toHaveCount(1);
});

test('Support finds the agreements of every organization', async ({ person, say, language }) => {
  const gisele = await person('Gisele');
  await signsIn(gisele, demo.support);
  await expect(gisele.page.getByRole('banner')).toContainText('Gisèle Arsenault');
  await gisele.opens(`/${language}/desk`);
  await gisele.follows(say('agreements.desk.title'), gisele.page.getByRole('navigation', { name: say('desk.menu') }));
  await gisele.isOn(say('agreements.desk.title'));
  await gisele.findsItAccessibleInEveryLook();
  await gisele.page.locator('#q').fill('emploi');
  await gisele.presses(say('agreements.submit'));
  await expect(gisele.row(demo.organization).first()).toBeVisible();
  await gisele.page.locator('tbody a.name').first().click();
  await gisele.sees(say('agreements.card.people'));
});
