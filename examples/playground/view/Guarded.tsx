import { Component, type ComponentChildren } from 'preact';
import type { Trace } from 'cotangent/inspect';

interface Props {
  readonly trace: Trace;
  readonly children: ComponentChildren;
}

/**
 * Shows a sentence in place of its children if they throw while they draw a trace. A program can
 * send a trace of its own; the rest of the page goes on, and so do these views with the next trace.
 */
export class Guarded extends Component<Props, { readonly failed?: Trace }> {
  override componentDidCatch(): void {
    this.setState({ failed: this.props.trace });
  }

  override render({ children, trace }: Props, { failed }: { readonly failed?: Trace }): ComponentChildren {
    return failed === trace ? <p class="workbench-empty">The trace of this program cannot be shown.</p> : children;
  }
}
