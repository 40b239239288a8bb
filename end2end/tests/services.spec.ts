// An online service of its own, told by people: opened from the organization's home, closed when access ends (P8, P9).
import { demo } from './support/demo.ts';
import { Service } from './support/service.ts';
import { comesToTheContacts, searches } from './support/steps.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{ service: Service }>({
  service: async ({}, use) => {
    const service = await Service.known();
    await use(service);
    service.stop();
  },
  settings: async ({ service }, use) => use(service.settings),
});

const SAYS = {
  en: {
    title: 'Funding agreements online',
    enter: 'Sign in with Accord',
    may: 'Read only: look at agreements',
    out: 'You are signed out.',
    nothing: 'You have no access to this service.',
    leave: 'Sign out',
  },
  fr: {
    title: 'Ententes de financement en ligne',
    enter: 'Se connecter avec Accord',
    may: 'Lecture seule : consulter les ententes',
    out: 'Vous n’êtes pas en session.',
    nothing: 'Vous n’avez pas accès à ce service.',
    leave: 'Se déconnecter',
  },
};

test('a profile opens its service; deactivated, the service’s next page says signed out @journey', async ({
  accord,
  service,
  person,
  post,
  say,
  language,
}) => {
  await service.start(accord.url);
  const says = SAYS[language];

  // Amira signs in to the portal and opens the service from her organization's home (R10).
  const amira = await person('Amira');
  await amira.opens(`/${language}`);
  await amira.presses(say('ui.sign_in'), amira.page.getByRole('main'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  // She belongs to one organization, and is there at once.
  await amira.follows(says.title, amira.page.getByRole('main'));
  await amira.isOn(says.title);
  await amira.sees(says.out);

  // She is known at the provider already: one button, no password, and the service says what she may do there.
  await amira.presses(says.enter);
  await amira.isOn(says.title);
  await amira.sees(demo.organization);
  await amira.sees(says.may);

  // An administrator deactivates her.
  const alice = await person('Alice');
  await comesToTheContacts(alice, demo.administrator(language));
  await searches(alice, demo.reader.email);
  await alice.row('Haddad').locator('a.name').click();
  await alice.page.locator('#active').uncheck();
  await alice.presses(say('contacts.form.save'));
  await alice.sees(say.pattern('ui.contact_deactivated'));

  // The service heard of it, and tells nothing more however often she asks.
  await expect(async () => {
    await amira.reloads();
    await expect(amira.page.getByText(says.out)).toBeVisible({ timeout: 500 });
  }).toPass();
  await amira.presses(says.enter);
  await amira.isOn(says.title);
  await amira.sees(says.nothing);
  await amira.seesNo(says.may);
  await post.to(demo.reader.email);
});

test('signed out of the service, she is signed out of the provider, and comes back to the service', async ({
  accord,
  service,
  person,
  say,
  language,
}) => {
  await service.start(accord.url);
  const says = SAYS[language];
  const amira = await person('Amira');
  await amira.opens(service.url);
  await amira.presses(says.enter);
  await amira.isOn(say('accounts.sign_in.title'));
  await amira.signsInWith(demo.reader.email, demo.reader.password);
  await amira.isOn(says.title);
  await amira.sees(says.may);
  await amira.presses(says.leave);
  await amira.isOn(says.title);
  await amira.sees(says.out);
  await amira.presses(says.enter);
  await amira.isOn(say('accounts.sign_in.title'));
});
