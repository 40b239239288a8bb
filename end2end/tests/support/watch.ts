// Every page is watched: an error on the console, a broken script, a blocked or failed request, an answer that says
// something is wrong. A test that provokes one on purpose says so first.
import type { BrowserContext, ConsoleMessage, Page, Request, Response } from '@playwright/test';

export class Watch {
  readonly faults: string[] = [];
  private readonly deliberate = new Set<number>();

  constructor(
    private readonly whose: string,
    context: BrowserContext,
    /** A browser without script fetches none, and says that what it was told to preload was blocked or unused. */
    private readonly script: boolean,
  ) {
    context.on('page', (page) => this.page(page));
    context.on('weberror', (error) => this.fault(`script: ${error.error().stack ?? error.error().message}`));
    context.on('console', (message) => this.console(message));
    context.on('request', (request) => this.request(request));
    context.on('requestfailed', (request) => this.failed(request));
    context.on('response', (response) => this.response(response));
  }

  /** This person will be answered so: a page that is not there, a right that is missing. */
  allow(...statuses: number[]): void {
    statuses.forEach((status) => this.deliberate.add(status));
  }

  private page(page: Page): void {
    page.on('crash', () => this.fault(`the page crashed: ${page.url()}`));
  }
  private console(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (message.text().startsWith('Failed to load resource: the server responded')) return; // judged by its status
    if (!this.script && message.text().includes('was preloaded using link preload but not used')) return;
    this.fault(`console: ${message.text()} (${message.location().url})`);
  }
  private request(request: Request): void {
    if (request.resourceType() === 'cspreport') this.fault(`security policy: ${request.postData()}`);
  }
  private failed(request: Request): void {
    const why = request.failure()?.errorText ?? '';
    if (!this.script && request.resourceType() === 'script') return;
    if (why === 'net::ERR_ABORTED') return; // the browser itself lost interest: a newer search, another page
    this.fault(`request: ${request.method()} ${request.url()} ${why}`);
  }
  private response(response: Response): void {
    const status = response.status();
    if (status < 400 || this.deliberate.has(status)) return;
    this.fault(`answer: ${status} to ${response.request().method()} ${response.url()}`);
  }
  private fault(what: string): void {
    this.faults.push(`${this.whose}: ${what}`);
  }
}
