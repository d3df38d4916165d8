import { afterEach, describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { run } from '../suites/ruleTable.ts';

const start = c.device();
afterEach(async () => c.setDevice(start));

const rules: Readonly<Record<string, c.Rule>> = {
  mgda: c.mgda(),
  dualProj: c.dualProj(),
  upgrad: c.upgrad(),
  imtlG: c.imtlG(),
  alignedMtl: c.alignedMtl(),
  'alignedMtl, median': c.alignedMtl({ scale: 'median' }),
  'alignedMtl, rmse': c.alignedMtl({ scale: 'rmse' }),
  config: c.config(),
  gradVac: c.gradVac(),
  nashMtl: c.nashMtl(),
  'fairGrad, α = 2': c.fairGrad({ alpha: 2 }),
  cagrad: c.cagrad(),
};

/**
 * Computed apart from this library: the quadratic problems by trying all sets of active conditions
 * in rational numbers, the others with 60 decimals (eigenvectors, Newton's method, bisection).
 */
const golden: readonly {
  readonly of: string;
  readonly J: readonly number[][];
  readonly values: Readonly<Record<string, number[]>>;
}[] = [
  {
    of: 'four that conflict in three dimensions',
    J: [
      [3, 1, -2],
      [-2, 4, 1],
      [-1, -3, 2.5],
      [0.5, -1, 3],
    ],
    values: {
      mgda: [0.328663491174, 0.135332025778, 0.412440459512],
      dualProj: [0.473214285714, 0.366071428571, 0.892857142857],
      upgrad: [1.00565431272, 0.439250830618, 1.49608934054],
      imtlG: [0.809495700888, 0.595993513747, 1.14260946407],
      alignedMtl: [0.388146292388, 0.297369463187, 0.795148423283],
      'alignedMtl, median': [0.801238801184, 0.613850903293, 1.64140114675],
      'alignedMtl, rmse': [0.759981432416, 0.582242507583, 1.55688215902],
      config: [2.24881627468, 1.5082625358, 2.85261111753],
      gradVac: [1.73838304553, 1.67433281005, 5.98822605965],
      nashMtl: [0.57016637268, 0.283024290461, 0.771237679625],
      'fairGrad, α = 2': [1.06033585676, 0.483842612843, 1.37612320575],
      cagrad: [0.629777626581, 0.327477856049, 0.850893762337],
    },
  },
  {
    of: 'one gradient three times',
    J: [
      [1, 2, -1],
      [1, 2, -1],
      [-3, 0.5, 1],
      [1, 2, -1],
    ],
    values: {
      mgda: [-0.61797752809, 1.39325842697, -0.191011235955],
      dualProj: [0, 1.625, -0.5],
      upgrad: [-0.533536585366, 1.98475609756, -0.405487804878],
      imtlG: [-0.733829242992, 1.34981403388, -0.133085378504],
      alignedMtl: [-0.31102173744, 1.31627681101, -0.285384504372],
      'alignedMtl, median': [-0.31102173744, 1.31627681101, -0.285384504372],
      'alignedMtl, rmse': [-0.422816093814, 1.78940232342, -0.387963755738],
      config: [-2.78939811965, 5.13085130354, -0.505878047376],
      gradVac: [-2.13414634146, 7.93902439024, -1.62195121951],
      nashMtl: [-0.269807592683, 0.944606391559, -0.186875969448],
      'fairGrad, α = 2': [-0.440813917035, 1.27315061179, -0.222194835539],
      cagrad: [-0.794067724087, 1.79026177794, -0.245439114718],
    },
  },
  {
    of: 'three of rank two',
    J: [
      [1, 2, 0, -1],
      [2, -1, 3, 0.5],
      [3, 1, 3, -0.5],
    ],
    values: {
      mgda: [1.30588235294, 1.08235294118, 0.917647058824, -0.541176470588],
      dualProj: [2, 0.666666666667, 2, -0.333333333333],
      upgrad: [2.05116959064, 0.710526315789, 2.0350877193, -0.355263157895],
      imtlG: [2.1261908629, 1.12142741129, 1.87857258871, -0.560713705645],
      alignedMtl: [1.06661225119, 0.549206838711, 0.950410598206, -0.274603419355],
      'alignedMtl, median': [1.06661225119, 0.549206838711, 0.950410598206, -0.274603419355],
      'alignedMtl, rmse': [1.65930846736, 0.854390671759, 1.47853575777, -0.42719533588],
      config: [5.76307579664, 3.61875526322, 4.74443779804, -1.80937763161],
      gradVac: [6.15350877193, 2.13157894737, 6.10526315789, -1.06578947368],
      nashMtl: [0.68494996189, 0.368970580643, 0.600557605882, -0.184485290321],
      'fairGrad, α = 2': [0.721107637672, 0.465822836, 0.585835463607, -0.232911418],
      cagrad: [2.59706070167, 1.86078807001, 2, -0.930394035006],
    },
  },
  {
    of: 'lengths a million apart',
    J: [
      [0.001, 0.002, -0.001],
      [-300, 1000, 500],
      [2, 1, -1],
    ],
    values: {
      mgda: [0.001, 0.002, -0.001],
      dualProj: [-88.8891111111, 338.889277778, 161.111055556],
      upgrad: [-88.2293515755, 339.247764511, 160.789882255],
      imtlG: [-0.000881987460687, -0.000881987460687, -0.000650888150678],
      alignedMtl: [5.32460511886e-6, 0.000401124009809, -0.000199960682181],
      'alignedMtl, median': [0.016789129643, 1.2647929477, -0.630500429931],
      'alignedMtl, rmse': [4.58369168633, 345.30800837, -172.136354912],
      config: [420.988885681, 420.988885681, 310.680921748],
      gradVac: [-264.688054726, 1017.74329353, 482.369646766],
      nashMtl: [0.382410242804, 0.91775175683, -0.1072106293],
      'fairGrad, α = 2': [3.03478968427, 6.05664156658, -3.03042146113],
      cagrad: [-20.5750371455, 491.183259042, 87.5750371455],
    },
  },
];

describe.each(golden)('$of', ({ J, values }) => {
  for (const [device, tolerance] of [
    ['reference', 1e-9],
    ['webasm', 3e-6],
  ] as const)
    test.each(Object.entries(values))(`has the exact %s on ${device}`, async (name, exact) => {
      await c.setDevice(device);
      const got = await run(rules[name]!, J);
      const size = Math.max(...exact.map(Math.abs));
      got.forEach((x, i) => expect(Math.abs(x - exact[i]!) / size).toBeLessThan(tolerance));
    });
});
