package io.tapmeta.proxy.admin;

import io.tapmeta.proxy.document.PythonJson;
import io.tapmeta.proxy.http.Tally;
import io.tapmeta.proxy.listen.AttachmentStatus;
import io.tapmeta.proxy.listen.AttachmentStatus.State;
import io.tapmeta.proxy.listen.GuestListeners;
import io.tapmeta.proxy.metrics.BuildInfo;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.Resolver;
import io.tapmeta.resolver.instance.Port;
import io.tapmeta.resolver.source.SourceStatus;
import io.tapmeta.resolver.text.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The daemon's state as JSON, for {@code tapmeta status}, {@code attachments}, {@code instances}. */
public final class StateReport {
  private final GuestListeners listeners;
  private final Resolver resolver;
  private final Supplier<Map<String, SourceStatus>> sources;
  private final BuildInfo build;
  private final Instant started = Instant.now();

  public StateReport(
      GuestListeners listeners,
      Resolver resolver,
      Supplier<Map<String, SourceStatus>> sources,
      BuildInfo build) {
    this.listeners = listeners;
    this.resolver = resolver;
    this.sources = sources;
    this.build = build;
  }

  String version() {
    return new PythonJson()
        .beginObject()
        .member("version", build.version())
        .member("revision", build.revision())
        .member("java_version", System.getProperty("java.version", "unknown"))
        .endObject()
        .toString();
  }

  String status() {
    List<AttachmentStatus> attachments = sortedAttachments();
    PythonJson json = new PythonJson().beginObject();
    json.member("version", build.version());
    json.name("pid").value(ProcessHandle.current().pid());
    json.name("uptime_seconds").value(Duration.between(started, Instant.now()).toSeconds());
    json.name("records").value(resolver.index().size());
    json.name("attachments").beginObject();
    for (State state : State.values()) {
      json.name(state.word())
          .value(attachments.stream().filter(status -> status.state() == state).count());
    }
    json.endObject().name("sources").beginObject();
    sources
        .get()
        .forEach(
            (name, source) -> {
              json.name(name).beginObject().name("up").value(source.up());
              json.name("rejected").value(source.rejected());
              json.member("faults", source.faults().stream().map(Fault::toString).toList());
              json.endObject();
            });
    json.endObject().member("conflicts", resolver.index().conflicts());
    return json.endObject().toString();
  }

  String attachments() {
    PythonJson json = new PythonJson().beginArray();
    for (AttachmentStatus status : sortedAttachments()) {
      json.beginObject()
          .member("name", status.name())
          .member("state", status.state().word())
          .member("tap", status.tap())
          .member("netns", status.netns());
      requests(json, status.tally());
      // Last, as it can be long where people read it.
      json.member("why", status.why()).endObject();
    }
    return json.endArray().toString();
  }

  private static void requests(PythonJson json, Tally tally) {
    json.name("answered").value(tally.answered());
    json.name("refused").value(tally.refused());
    json.name("last");
    Optional<Tally.Last> last = tally.last();
    if (last.isEmpty()) {
      json.nullValue();
      return;
    }
    Duration ago = Duration.ofNanos(Math.max(0, System.nanoTime() - last.get().nanos()));
    json.beginObject().name("seconds_ago").value(ago.toSeconds());
    json.name("status");
    int status = last.get().outcome().status();
    if (status == Tally.UNSAID) {
      json.nullValue();
    } else {
      json.value(status);
    }
    json.member("outcome", last.get().outcome().word()).endObject();
  }

  /** Who is known, never what they are told. */
  String instances() {
    PythonJson json = new PythonJson().beginArray();
    List<InstanceRecord> records =
        resolver.index().records().stream()
            .sorted(Comparator.comparing(InstanceRecord::origin))
            .toList();
    for (InstanceRecord record : records) {
      json.beginObject()
          .member("uuid", record.instance().uuid())
          .member("name", record.instance().name())
          .member("project_id", record.instance().projectId())
          .member("origin", record.origin());
      json.name("identity_only").value(record.instance().identityOnly());
      json.name("ports").beginArray();
      for (Port port : record.instance().ports()) {
        json.beginObject()
            .member("tap", port.tap())
            .member("mac", port.mac().toString())
            .member("network_id", port.networkId())
            .endObject();
      }
      json.endArray().endObject();
    }
    return json.endArray().toString();
  }

  private List<AttachmentStatus> sortedAttachments() {
    return listeners.statuses().stream()
        .sorted(Comparator.comparing(AttachmentStatus::name))
        .toList();
  }
}
