package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.doctor.Finding.Verdict;
import io.tapmeta.proxy.document.PythonJson;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What was found on the way of one attachment's guest.
 *
 * @param findings in the order of the way; the last is the one that is broken, if any is
 */
public record Diagnosis(String name, List<Finding> findings) {
  /** Broken ones first, then those of which something is unknown, else by name. */
  public static final Comparator<Diagnosis> WORST_FIRST =
      Comparator.comparing(Diagnosis::verdict).reversed().thenComparing(Diagnosis::name);

  /** Where it breaks. */
  public Optional<Finding> broken() {
    return findings.stream().filter(each -> each.verdict() == Verdict.BROKEN).findFirst();
  }

  /** The worst of all findings. */
  public Verdict verdict() {
    return findings.stream()
        .map(Finding::verdict)
        .max(Comparator.naturalOrder())
        .orElse(Verdict.OK);
  }

  /** All of it in one line. */
  public String line() {
    Optional<Finding> broken = broken();
    if (broken.isPresent()) {
      return "%s: broken at %s: %s"
          .formatted(name, broken.get().step().word(), broken.get().seen());
    }
    return findings.stream()
        .filter(each -> each.verdict() == Verdict.UNKNOWN)
        .findFirst()
        .map(
            first ->
                "%s: nothing broken; %s: %s".formatted(name, first.step().word(), first.seen()))
        .orElse(name + ": ok");
  }

  /** A line for each step, then the one line. */
  public String lines() {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(
          "%-8s %-12s %s\n"
              .formatted(finding.verdict().word(), finding.step().word(), finding.seen()));
    }
    return text.append(line()).append('\n').toString();
  }

  /** As an object. */
  public void write(PythonJson json) {
    json.beginObject().member("name", name).member("verdict", verdict().word());
    json.member("broken_at", broken().map(finding -> finding.step().word()));
    json.member("line", line()).name("steps").beginArray();
    for (Finding finding : findings) {
      json.beginObject()
          .member("step", finding.step().word())
          .member("verdict", finding.verdict().word())
          .member("seen", finding.seen())
          .endObject();
    }
    json.endArray().endObject();
  }
}
