# The bot and its engine in one image, on a CPU. The engine is a process of its own inside; to run
# it elsewhere, set PENGUESS_ENGINE_URL and start a second container with `python -m engine serve`.

FROM python:3.12-slim AS build
# An index whose PyTorch comes without CUDA, several gigabytes smaller; empty for PyPI's.
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

FROM python:3.12-slim
# Podiums, albums and charts are written with the system's fonts, in anybody's language.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 --user-group penguess \
    && install --directory --owner=penguess --group=penguess /data
COPY --from=build /opt/penguess /opt/penguess
# The health page listens inside the container alone; publish the port to reach it from outside.
ENV PATH=/opt/penguess/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PENGUESS_DATA=/data \
    PENGUESS_LOG_FORMAT=json \
    PENGUESS_WEB_HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/home/penguess/.cache/numba
USER 10001:10001
WORKDIR /home/penguess
VOLUME /data
EXPOSE 8011
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8011/healthz', timeout=8)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
