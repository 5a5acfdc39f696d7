# This file builds three images. The last one, which is built unless you name a target, has the bot and
# the engine together, for a single machine: the bot starts the engine as a process inside. The targets
# `bot` and `engine` hold one each. compose.yaml runs these two; the bot's image is small, as it has no
# PyTorch.

FROM python:3.12-slim AS build-bot
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/penguess
ENV PATH=/opt/penguess/bin:$PATH
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY engine engine
COPY games games
COPY bot bot
# hadolint ignore=DL3013
RUN pip install ".[bot]"

FROM python:3.12-slim AS build
# This index has PyTorch without CUDA, several gigabytes smaller; leave it empty for PyPI's.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/penguess
ENV PATH=/opt/penguess/bin:$PATH
# hadolint ignore=DL3013
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "torch>=2.6,<3" "torchvision>=0.21"
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY engine engine
COPY games games
COPY bot bot
# hadolint ignore=DL3013
RUN pip install ".[engine,bot]"

FROM python:3.12-slim AS base
# For names and phrases in pictures: these fonts have what DejaVu Sans, which ships, does not cover.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
# A volume takes its owner from the folder that it is mounted over.
RUN useradd --create-home --uid 10001 --user-group penguess \
    && install --directory --owner=penguess --group=penguess /data /home/penguess/.cache
# The health page listens only inside the container; publish the port to reach it from outside.
ENV PATH=/opt/penguess/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PENGUESS_DATA=/data \
    PENGUESS_LOG_FORMAT=json \
    PENGUESS_WEB_HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/home/penguess/.cache/numba \
    TRITON_CACHE_DIR=/home/penguess/.cache/triton \
    TORCHINDUCTOR_CACHE_DIR=/home/penguess/.cache/inductor
WORKDIR /home/penguess
STOPSIGNAL SIGTERM

FROM base AS engine
# Triton needs a C compiler to compile the code that launches its kernels at their first use, and
# `--compile` needs a C++ compiler.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/penguess /opt/penguess
USER 10001:10001
EXPOSE 8600
ENTRYPOINT ["python", "-m", "engine", "serve", "--host", "0.0.0.0", "--port", "8600"]

FROM base AS bot
COPY --from=build-bot /opt/penguess /opt/penguess
USER 10001:10001
VOLUME /data
EXPOSE 8011
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8011/healthz', timeout=8)"]
ENTRYPOINT ["python", "-m", "bot"]

FROM base
COPY --from=build /opt/penguess /opt/penguess
USER 10001:10001
VOLUME /data
EXPOSE 8011
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8011/healthz', timeout=8)"]
ENTRYPOINT ["python", "-m", "bot"]
