import { render } from "preact";
import { SpeechProvider } from "../shared/language";
import "../shared/base.css";
import "./wish.css";
import "./ticket.css";
import { TicketPage } from "./ticket";

const root = document.getElementById("app");
if (root) {
  render(
    <SpeechProvider>
      <TicketPage />
    </SpeechProvider>,
    root,
  );
}
