import { render } from "preact";
import { SpeechProvider } from "../shared/language";
import "../shared/base.css";
import "./driver.css";
import { DriverPage } from "./app";

const root = document.getElementById("app");
if (root) {
  render(
    <SpeechProvider>
      <DriverPage />
    </SpeechProvider>,
    root,
  );
}
