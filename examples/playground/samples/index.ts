import first from '../../1-one-derivative.ts?raw';
import second from '../../2-fit-a-line.ts?raw';
import third from '../../3-newton.ts?raw';
import fourth from '../../4-two-gradients.ts?raw';
import fifth from '../../5-two-losses.ts?raw';
import chain from './chain.ts?raw';
import diamond from './diamond.ts?raw';
import fan from './fan.ts?raw';
import again from './again.ts?raw';

/** A program of ours. Its name stands in addresses. */
export interface Sample {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** The programs of ours: four small ones, and the five of the folder `examples`. */
export const samples: readonly Sample[] = [
  { name: 'chain', title: 'A chain with tanh', text: chain },
  { name: 'diamond', title: 'A value that is used twice', text: diamond },
  { name: 'fan', title: 'Two losses, one feature', text: fan },
  { name: 'again', title: 'A derivative of a derivative', text: again },
  { name: '1-one-derivative', title: 'One derivative, checked three ways', text: first },
  { name: '2-fit-a-line', title: 'Fitting a line', text: second },
  { name: '3-newton', title: 'Newton’s method', text: third },
  { name: '4-two-gradients', title: 'Two gradients that disagree', text: fourth },
  { name: '5-two-losses', title: 'A network with two losses', text: fifth },
];
