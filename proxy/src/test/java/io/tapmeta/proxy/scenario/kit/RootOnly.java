package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class where network namespaces cannot be made, and says so, with the count so far. */
final class RootOnly implements ExecutionCondition {
  private static final AtomicLong skipped = new AtomicLong();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent() || isRoot()) {
      return ConditionEvaluationResult.enabled("root");
    }
    long total = skipped.addAndGet(tests(context.getRequiredTestClass()));
    System.err.printf(
        "*** SKIPPED: %s needs root; %d scenarios not run so far ***%n",
        context.getDisplayName(), total);
    return ConditionEvaluationResult.disabled("needs root");
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long tests(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods()).filter(RootOnly::isTest).count();
  }

  private static boolean isTest(Method method) {
    return Arrays.stream(method.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().endsWith("Test"));
  }
}
