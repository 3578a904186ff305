package io.tapmeta.proxy.admin;

import io.tapmeta.proxy.document.PythonJson;
import io.tapmeta.proxy.listen.AttachmentStatus;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.proxy.listen.GuestListeners;
import io.tapmeta.resolver.source.SourceStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whether guests are served: every source read once, every attachment listening. An upstream has no
 * say in it.
 */
public final class Readiness {
  private final Supplier<Map<String, SourceStatus>> sources;
  private final GuestListeners listeners;

  public Readiness(Supplier<Map<String, SourceStatus>> sources, GuestListeners listeners) {
    this.sources = sources;
    this.listeners = listeners;
  }

  /**
   * The state as it is now.
   *
   * @param json says what is missing
   */
  public record Report(boolean ready, String json) {}

  Report report() {
    Map<String, SourceStatus> state = sources.get();
    boolean synced = state.values().stream().allMatch(source -> source.lastSuccess().isPresent());

    List<AttachmentStatus> silent = silent();
    boolean ready = synced && listeners.isSynced() && silent.isEmpty();
    PythonJson json = new PythonJson().beginObject().name("ready").value(ready);
    json.name("sources").beginObject();
    state.forEach(
        (name, source) ->
            json.name(name).value(source.lastSuccess().isPresent() ? "synced" : "not read yet"));
    json.endObject();
    json.name("attachments").beginObject();
    json.name("read").value(listeners.isSynced());
    json.name("listening").value(listeners.count(State.LISTENING));
    json.name("not_listening").beginObject();
    silent.forEach(status -> json.member(status.name(), status.why()));
    json.endObject().endObject().endObject();
    return new Report(ready, json.toString());
  }

  /** On a good node there are none, and nobody has to be looked at. */
  private List<AttachmentStatus> silent() {
    if (listeners.count(State.LISTENING) == listeners.statuses().size()) {
      return List.of();
    }
    return listeners.statuses().stream()
        .filter(status -> status.state() != State.LISTENING)
        .sorted(Comparator.comparing(AttachmentStatus::name))
        .toList();
  }
}
