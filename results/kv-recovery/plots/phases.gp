# Run in this directory: gnuplot phases.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'phases.svg'
set datafile separator comma
set title 'Where the time of a recovery goes' font ',16' noenhanced
set label 1 'plots/phases.csv   |   run kv-recovery-20261123T002755Z   |   medians of 5 rounds, bars: 95 % interval   |   1 zeros not shown on a logarithmic axis' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'system, log' at screen 0.8122222222,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.8022222222
set logscale y 10
set yrange [0.01:3523.522886]
set ytics ('0.01' 0.01, '0.1' 0.1, '1' 1, '10' 10, '100' 100, '1k' 1000)
set ylabel 'recovery time (ms)' noenhanced
unset logscale x
set xrange [-0.6:6.6]
set xtics ('tree' 0, 'state' 1, 'log' 2, 'replay' 3, 'first_read' 4, 'total' 5, 'open' 6)
set xlabel 'phase' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.184
set style fill solid 1.0 noborder
plot 'phases.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'kv, log 0B' noenhanced, \
     'phases.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'kv, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==2?$11:NaN):7 with boxes linecolor rgb '#009E73' fillstyle solid 1.0 noborder title 'rocksdb, log 0B' noenhanced, \
     'phases.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==3?$11:NaN):7 with boxes linecolor rgb '#D55E00' fillstyle solid 1.0 noborder title 'rocksdb, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
