import './style.css';
import { render, type JSX, type TargetedMouseEvent } from 'preact';
import { Figure1Room } from './room/Figure1Room.tsx';
import type { Room } from './state/address.ts';
import { makeStore } from './state/store.ts';
import { Later } from './view/Later.tsx';

const store = makeStore();

const titles: Readonly<Record<Room, string>> = { 'figure-1': 'Figure 1', workbench: 'Workbench' };

/** The editor and the graph are loaded when they are first shown. */
const workbench = () => import('./room/Workbench.tsx').then(({ Workbench }) => Workbench);

function Page(): JSX.Element {
  const room = store.room.value;
  return (
    <>
      <a class="page-skip" href="#room" onClick={(event) => skip(event)}>
        Skip to the room
      </a>
      <header class="page-header">
        <a class="page-name" href="#figure-1">
          cotangent
        </a>
        <nav class="page-rooms" aria-label="Rooms">
          {(Object.keys(titles) as Room[]).map((name) => (
            <a
              key={name}
              href={`#${name}`}
              data-test={`room-${name}`}
              aria-current={name === room ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                store.go(name);
              }}
            >
              {titles[name]}
            </a>
          ))}
        </nav>
      </header>
      {store.notice.value !== '' && (
        <p class="page-notice" role="status" data-test="notice">
          {store.notice.value}
        </p>
      )}
      <main
        id="room"
        tabIndex={-1}
        class={room === 'workbench' ? 'page-room page-room-wide' : 'page-room'}
        data-test="page"
      >
        {room === 'workbench' ? (
          <Later load={workbench} props={{ store }} />
        ) : (
          <Figure1Room others={store.others} open={store.open} />
        )}
      </main>
    </>
  );
}

/** The address names the room, so a link within the page moves the focus alone. */
function skip(event: TargetedMouseEvent<HTMLAnchorElement>): void {
  event.preventDefault();
  document.getElementById('room')!.focus();
}

render(<Page />, document.getElementById('page')!);

// After one visit the page works without a network. A page of one file needs no server at all.
if (!__SINGLE__ && 'serviceWorker' in navigator)
  addEventListener('load', () => void navigator.serviceWorker.register('./offline.js').catch(() => undefined));
