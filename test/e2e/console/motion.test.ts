// Who has asked their system for less motion sees none: nothing fades, slides or scrolls by itself, anywhere.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const TITLE = 'Hold still';

let owned: OwnedServer;
let still: Watched;
let moving: Watched;
let taskId = '';

beforeAll(async () => {
  owned = await serveOwned();
  const client = new Client(owned.url, owned.token);
  taskId = await client.create({ description: TITLE, autonomy: 'full' });
  await client.post(`/tasks/${taskId}/status`, { status: 'waiting-approval' });
  const visitor = await owned.visitor();
  await visitor.context.addCookies(await owned.owner.context.cookies());
  still = await watchPage(owned.owner, owned.url);
  moving = await watchPage(visitor, owned.url);
  await still.page.emulateMedia({ reducedMotion: 'reduce' });
  await moving.page.emulateMedia({ reducedMotion: 'no-preference' });
  for (const { page } of [still, moving]) await page.addInitScript(noteMotion);
});
afterAll(() => owned?.stop());

interface Noting {
  /** What a script has asked to move, in the order of asking. */
  readonly asked: string[];
}

/** Keeps account of what scripts ask for, before any of the page's runs. */
function noteMotion(): void {
  const asked: string[] = [];
  Object.assign(window, { asked });
  const noteSmooth = (owner: object, name: string): void => {
    const own = Reflect.get(owner, name);
    const noted = function (this: unknown, ...given: readonly unknown[]): unknown {
      if (given.some((one) => Object(one).behavior === 'smooth')) asked.push(`smooth ${name}`);
      return Reflect.apply(own, this, given);
    };
    Reflect.set(owner, name, noted);
  };
  for (const name of ['scroll', 'scrollTo', 'scrollBy', 'scrollIntoView'])
    noteSmooth(Element.prototype, name);
  for (const name of ['scroll', 'scrollTo', 'scrollBy']) noteSmooth(window, name);
  const start = document.startViewTransition;
  document.startViewTransition = function (update) {
    asked.push('a view transition');
    return start.call(this, update);
  };
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...given) {
    asked.push('an animation');
    return animate.apply(this, given);
  };
}

/** Motion in the sheets of a later day, with more weight than a rule for all elements has. */
function plantMotion(): void {
  const sheet = new CSSStyleSheet();
  const all = ['', '::before', '::after', '::backdrop'].map((one) => `:is(#main, *)${one}`);
  sheet.replaceSync(`@keyframes planted { from { opacity: 0.9 } }
    ${all.join()} { animation: planted 60s infinite; transition: opacity 60s; scroll-behavior: smooth }`);
  document.adoptedStyleSheets = [sheet];
}

/** Everything that moves or would: what runs, what is styled to, what was asked for; each once. */
const motionOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const runs = document.getAnimations().map((one) => {
      const { target, pseudoElement } =
        one.effect instanceof KeyframeEffect ? one.effect : new KeyframeEffect(null, null);
      return `runs on ${target?.localName}${pseudoElement ?? ''}`;
    });
    const styled = [...document.querySelectorAll('*')].flatMap((element) =>
      ['', '::before', '::after', '::backdrop'].flatMap((pseudo) => {
        const style = getComputedStyle(element, pseudo);
        const isMoving = style.animationName !== 'none' || /[1-9]/.test(style.transitionDuration);
        return [
          ...(isMoving ? [`moves ${element.localName}${pseudo}`] : []),
          ...(style.scrollBehavior === 'smooth' ? [`scrolls ${element.localName}`] : []),
        ];
      }),
    );
    // Put there by `noteMotion`.
    const { asked } = window as unknown as Noting;
    return [...new Set([...runs, ...styled, ...asked])];
  });

type Visit = (name: string) => Promise<void>;

/** Goes through the console as people do, and stops wherever something is opened. */
async function walk({ page, open }: Watched, visit: Visit): Promise<void> {
  const closes = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await open('/console/');
  await page.locator('.card', { hasText: TITLE }).waitFor();
  await page.getByText('Do this in code').waitFor();
  await visit('board');
  await page.keyboard.press('j');
  await visit('board by keyboard');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /^What to do/ }).waitFor();
  await page.keyboard.press('ArrowUp');
  await visit('palette');
  await closes();
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'New task' }).waitFor();
  await visit('dialog');
  await closes();
  await page.getByRole('button', { name: 'Decide gate' }).click();
  await page.getByRole('dialog').waitFor();
  await visit('sheet');
  await closes();
  await page.getByRole('link', { name: TITLE }).click();
  await page.getByRole('tablist', { name: 'Parts of the task' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await visit('task page');
}

describe('with reduced motion', () => {
  it('nothing in the console moves, whatever a sheet says', async () => {
    await walk(still, async (name) => {
      expect(await motionOf(still.page), name).toEqual([]);
      await still.page.evaluate(plantMotion);
      expect(await motionOf(still.page), `${name}, planted`).toEqual([]);
    });
    // Somebody else's transition has no motion either.
    const ran = await still.page.evaluate(async () => {
      await document.startViewTransition(() => {}).ready;
      return document.getAnimations().length;
    });
    expect(ran).toBe(0);
    expect(still.faults).toEqual([]);
  });

  it('nothing in the reference moves, whatever a sheet says', async () => {
    await still.open('/docs/');
    expect(await motionOf(still.page)).toEqual([]);
    await still.page.evaluate(plantMotion);
    expect(await motionOf(still.page)).toEqual([]);
  });

  it.each(['/signin/account', '/signin/recovery', '/device', '/account/projects', '/inbox'])(
    'nothing in %s moves',
    async (path) => {
      await still.open(path);
      expect(await motionOf(still.page)).toEqual([]);
    },
  );

  it('who allows an app is still kept from pressing too soon: a button that appears is no motion', async () => {
    const query = new URLSearchParams({
      ...{ client_id: 'cli_sluice', redirect_uri: 'http://127.0.0.1:4711/callback' },
      ...{ response_type: 'code', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
      ...{ scope: 'tasks:read tasks:write', state: 'a' },
    });
    await still.open(`/v1/auth/authorize?${query}`);
    const changed = await still.page.evaluate(() => {
      const effects = document.getAnimations().map(({ effect }) => effect);
      const frames = effects.flatMap((one) =>
        one instanceof KeyframeEffect ? one.getKeyframes() : [],
      );
      return frames.flatMap(({ offset, computedOffset, easing, composite, ...rest }) =>
        Object.keys(rest),
      );
    });
    expect(changed.length).toBeGreaterThan(0);
    expect(new Set(changed)).toEqual(new Set(['visibility']));
  });
});

describe('without it', () => {
  it('the same look finds what moves', async () => {
    const { page } = moving;
    await walk(moving, async (name) => {
      await page.evaluate(plantMotion);
      const found = await motionOf(page);
      for (const one of ['moves main', 'moves main::before', 'scrolls main', 'runs on main'])
        expect(found, name).toContain(one);
      if (/dialog|sheet|palette/.test(name)) {
        expect(found, name).toContain('runs on dialog');
        expect(found, name).toContain('moves dialog::backdrop');
      }
    });
    expect(await motionOf(page)).toContain('a view transition');
    await page.evaluate(() => document.body.scrollIntoView({ behavior: 'smooth' }));
    expect(await motionOf(page)).toContain('smooth scrollIntoView');
    expect(moving.faults).toEqual([]);
  });
});
