// The API description, drawn by Swagger UI from our own copy: no address outside this server.
import bundleUrl from "swagger-ui-dist/swagger-ui-bundle.js?url";
import "swagger-ui-dist/swagger-ui.css";

type SwaggerUi = (options: Record<string, unknown>) => unknown;

const script = document.createElement("script");
script.src = bundleUrl;
script.onload = () => {
  const draw = (window as unknown as { SwaggerUIBundle: SwaggerUi }).SwaggerUIBundle;
  draw({
    url: "/openapi.json",
    dom_id: "#app",
    deepLinking: true,
    // The validator badge would send the description to a public server.
    validatorUrl: null,
  });
};
document.head.append(script);
