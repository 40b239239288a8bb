// The test modules of the OpenID Foundation's certification plans that fit this program, as a table: module, the test of
// ours by its name, what became of it. A module without a test, or a test of a module in no plan, is a fault.
//   node end2end/tools/modules.mjs           plays them (SQLite, and PostgreSQL where ACCORD_TEST_POSTGRES names one)
//   node end2end/tools/modules.mjs --names   only looks whether each has its test
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;

/** A plan, the file of its tests, its modules without the beginning that they share. */
const PLANS = [
  {
    plan: 'oidcc-basic-certification-test-plan',
    file: 'server/identity/tests/conformance/basic_op.rs',
    program: 'conformance',
    begins: 'oidcc-',
    modules: `server response-type-missing idtoken-signature idtoken-unsigned userinfo-get userinfo-post-header
      userinfo-post-body ensure-request-without-nonce-succeeds-for-code-flow scope-profile scope-email scope-address
      scope-phone scope-all alternate-happy-flow ensure-other-scope-order-succeeds display-page display-popup
      prompt-login prompt-none-not-logged-in prompt-none-logged-in max-age-1 max-age-10000
      ensure-request-with-unknown-parameter-succeeds id-token-hint login-hint ui-locales claims-locales
      ensure-request-with-acr-values-succeeds codereuse codereuse-30seconds ensure-registered-redirect-uri
      ensure-post-request-succeeds server-client-secret-post
      request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
      unsigned-request-object-supported-correctly-or-rejected-as-unsupported claims-essential
      ensure-request-object-with-redirect-uri refresh-token ensure-request-with-valid-pkce-succeeds`,
  },
  {
    plan: 'oidcc-config-certification-test-plan',
    file: 'server/identity/tests/conformance/config_op.rs',
    program: 'conformance',
    begins: 'oidcc-',
    modules: 'discovery-endpoint-verification',
  },
  {
    plan: 'oidcc-rp-initiated-logout-certification-test-plan',
    file: 'server/identity/tests/conformance/rp_logout.rs',
    program: 'conformance',
    begins: 'oidcc-rp-initiated-logout',
    modules: `-discovery-endpoint-verification = -bad-post-logout-redirect-uri -modified-id-token-hint -bad-id-token-hint
      -query-added-to-post-logout-redirect-uri -no-id-token-hint -no-params -no-post-logout-redirect-uri -no-state
      -only-state`,
  },
  {
    plan: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
    file: 'server/identity/tests/conformance/backchannel.rs',
    program: 'conformance',
    begins: 'oidcc-backchannel-',
    modules: 'logout-discovery-endpoint-verification rp-initiated-logout',
  },
  {
    plan: 'oidcc-client-basic-certification-test-plan',
    file: 'server/tests/relying_party/basic_rp.rs',
    program: 'relying_party',
    begins: 'oidcc-client-test',
    modules: `= -invalid-iss -missing-sub -invalid-aud -missing-aud -missing-iat -kid-absent-single-jwks
      -kid-absent-multiple-jwks -idtoken-sig-rs256 -idtoken-sig-none -invalid-sig-rs256 -invalid-sig-es256
      -userinfo-invalid-sub -nonce-invalid -scope-userinfo-claims -client-secret-basic`,
  },
  {
    plan: 'oidcc-client-config-certification-test-plan',
    file: 'server/tests/relying_party/config_rp.rs',
    program: 'relying_party',
    begins: 'oidcc-client-test-',
    modules: `discovery-openid-config discovery-jwks-uri-keys discovery-issuer-mismatch signing-key-rotation
      signing-key-rotation-just-before-signing`,
  },
  {
    plan: 'oidcc-client-rp-initiated-logout-rp-basic',
    file: 'server/tests/relying_party/rp_logout.rs',
    program: 'relying_party',
    begins: 'oidcc-client-test-rp-init-logout',
    modules: '= -other-state -no-state',
  },
  {
    plan: 'oidcc-client-back-channel-logout-rp-basic',
    file: 'server/tests/relying_party/backchannel_rp.rs',
    program: 'relying_party',
    begins: 'oidcc-client-test-rp-backchannel-rpinitlogout',
    modules: '= -alg-none -no-event -with-nonce -wrong-alg -wrong-aud -wrong-event -wrong-iss',
  },
];

/** Modules that a plan names for others than this program, and why. */
const NOT_OURS = [
  ['oidcc-…-dynamic-…', 'applications and providers are registered by whoever runs the portal'],
  ['oidcc-frontchannel-…, oidcc-session-management-…', 'they need cookies of third parties, which browsers no longer send'],
  ['implicit and hybrid variants', 'the provider gives nothing but codes (RFC 9700)'],
  ['form_post variants', 'answers come back in the address alone'],
  ['oidcc-client-test-aggregated-claims, -distributed-claims', 'the portal reads name, address and language, nothing else'],
  ['oidcc-client-test-refresh-token', 'the portal keeps no token'],
];

const modules = PLANS.flatMap(({ plan, file, program, begins, modules: names }) =>
  names.split(/\s+/).map((name) => {
    const module = begins + (name === '=' ? '' : name);
    return { plan, file, program, module, test: module.replaceAll('-', '_') };
  }),
);

const faults = [];
for (const { plan, file } of PLANS) {
  const written = [...readFileSync(join(root, file), 'utf8').matchAll(/^async fn (oidcc_\w+)\(/gm)].map(([, name = '']) => name);
  const named = modules.filter((of) => of.plan === plan).map(({ test }) => test);
  faults.push(...named.filter((test) => !written.includes(test)).map((test) => `${test} is not in ${file}`));
  faults.push(...written.filter((test) => !named.includes(test)).map((test) => `${test} in ${file} is a module of no plan`));
}

/** What became of each test, by its name in its program. */
const results = new Map();
if (!process.argv.includes('--names') && faults.length === 0) {
  const programs = [...new Set(PLANS.map(({ program }) => `binary(${program})`))].join(' + ');
  const run = spawnSync(
    'cargo',
    ['nextest', 'run', '--workspace', '--exclude', 'frontend', '--no-fail-fast', '--status-level', 'all', '--config-file', '.ci/nextest.toml', '-E', programs],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 },
  );
  const said = `${run.stdout}${run.stderr}`.replaceAll(/\x1b\[[0-9;]*m/g, '');
  for (const [, verdict = '', name = ''] of said.matchAll(/^ +(PASS|FAIL|TIMEOUT|SIG\w+) \[.*::(oidcc_\w+)$/gm)) results.set(name, verdict);
  if (results.size === 0) faults.push(`nothing was played:\n${said.slice(-2000)}`);
}

let plan = '';
for (const { plan: of, module, test } of modules) {
  if (of !== plan) console.log(`\n${(plan = of)}`);
  const result = results.get(test) ?? (results.size > 0 ? 'not played' : '');
  if (results.size > 0 && result !== 'PASS') faults.push(`${module}: ${result}`);
  console.log(`  ${module.padEnd(78)} ${result}`);
}
console.log('\nNot played, since nothing here could answer:');
for (const [what, why] of NOT_OURS) console.log(`  ${what}: ${why}`);
console.log(`\n${modules.length} modules in ${PLANS.length} plans, each with a test of its name`);
if (faults.length > 0) {
  console.log(`\n${faults.join('\n')}`);
  process.exitCode = 1;
}
