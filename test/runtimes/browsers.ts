import { existsSync } from 'node:fs';
import { chromium, chromiumArguments } from '../support/chromium.ts';

export interface Browser {
  readonly name: string;
  readonly file: string;
  /** What starts it without a window, with a profile of its own, at an address. */
  readonly args: (profile: string, address: string) => readonly string[];
}

const firefox = [process.env.FIREFOX, '/usr/bin/firefox', '/usr/bin/firefox-esr'].find(
  (file) => file !== undefined && existsSync(file),
);

/** The browsers of this machine. CHROMIUM and FIREFOX name others. */
export const browsers: readonly Browser[] = [
  ...(chromium === undefined
    ? []
    : [
        {
          name: 'Chromium',
          file: chromium,
          args: (profile: string, address: string) => [
            '--headless=new',
            '--no-sandbox',
            `--user-data-dir=${profile}`,
            ...chromiumArguments,
            address,
          ],
        },
      ]),
  ...(firefox === undefined
    ? []
    : [
        {
          name: 'Firefox',
          file: firefox,
          args: (profile: string, address: string) => ['--headless', '--no-remote', '--profile', profile, address],
        },
      ]),
];
