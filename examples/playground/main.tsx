import { render } from 'preact';
import './style.css';

render(<main data-test="page">The playground of cotangent.</main>, document.getElementById('page')!);
