import "media-chrome/media-controller";
import "media-chrome/media-control-bar";
import "media-chrome/media-play-button";
import "media-chrome/media-mute-button";
import "media-chrome/media-volume-range";
import "media-chrome/media-pip-button";
import "media-chrome/media-fullscreen-button";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type Html = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>;

declare module "react" {
  namespace JSX {
    /** The media-chrome elements the player uses, as React sees them. */
    interface IntrinsicElements {
      "media-controller": Html & {
        defaultstreamtype?: "live" | "on-demand";
        /** Id of the element that fills the screen. */
        fullscreenelement?: string;
        nohotkeys?: boolean;
        gesturesdisabled?: boolean;
        nomutedpref?: boolean;
        autohide?: string;
      };
      "media-control-bar": Html;
      "media-play-button": Html;
      "media-mute-button": Html;
      "media-volume-range": Html;
      "media-pip-button": Html;
      "media-fullscreen-button": Html;
    }
  }
}
