package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.RealNova;

/** Nova behind uwsgi, as Debian runs it. */
@RealNova
final class NovaUwsgiIT extends NovaRows {
  NovaUwsgiIT() {
    super(Nova.Server.UWSGI);
  }
}
